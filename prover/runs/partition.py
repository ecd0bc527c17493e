"""Which part of a run and which split a theorem belongs to: a hash of its name decides both, so
every run and every machine agrees."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from lean_env.errors import BadInput


@dataclass(frozen=True, slots=True)
class Shard:
    """Part `index` of `count`, from 1.  The parts are about equal, share nothing, and make the
    whole; which part something is in depends on its id alone."""

    index: int = 1
    count: int = 1

    @classmethod
    def parse(cls, text: str) -> Shard:
        """`1/4` and so on.  Raises `BadInput`."""
        index, _, count = text.partition("/")
        if index.isdecimal() and count.isdecimal() and 1 <= int(index) <= int(count):
            return cls(int(index), int(count))
        raise BadInput(f"`{text}` is not a part like 1/4", where="--shard")

    def __contains__(self, id: str) -> bool:
        return hash_fraction(id) * self.count // 1 == self.index - 1

    def __str__(self) -> str:
        return f"{self.index}/{self.count}"


def hash_fraction(text: str) -> float:
    """A number in [0, 1) that only the text decides, the same everywhere and always."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6]) / 2**48


TRAIN, VALID = 0.8, 0.9
"""Where on [0, 1) the splits end."""

_VARIANT = re.compile(r"[?!'₀-₉ᵢⱼ]|(_(left|right|iff|self|comm|symm))+$")


def split_of(name: str) -> str:
    """`train`, `valid` or `test`, the same for all variants of a lemma."""
    where = hash_fraction(f"split of {lemma_family(name)}")
    return "train" if where < TRAIN else "valid" if where < VALID else "test"


def lemma_family(name: str) -> str:
    """What a lemma says, whatever it says it of: `map_append` of lists, arrays and vectors, with
    primes or without, on the left or on the right, for `get?` or for `get!`."""
    return _VARIANT.sub("", name.rsplit(".", 1)[-1])
