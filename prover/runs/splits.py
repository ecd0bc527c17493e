"""Which of train, valid and test a theorem is for: its name alone says so, in every run."""

from __future__ import annotations

import re

from prover.runs.shard import fraction

TRAIN, VALID = 0.8, 0.9
"""Where on [0, 1) the splits end."""

_VARIANT = re.compile(r"[?!'₀-₉ᵢⱼ]|(_(left|right|iff|self|comm|symm))+$")


def split_of(name: str) -> str:
    """`train`, `valid` or `test`, the same for all variants of a lemma."""
    where = fraction(f"split of {family(name)}")
    return "train" if where < TRAIN else "valid" if where < VALID else "test"


def family(name: str) -> str:
    """What a lemma says, whatever it says it of: `map_append` of lists, arrays and vectors, with
    primes or without, on the left or on the right, for `get?` or for `get!`."""
    return _VARIANT.sub("", name.rsplit(".", 1)[-1])
