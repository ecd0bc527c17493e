"""Shards of a run and train/valid/test splits, both decided by a hash of the theorem's name.

So every run and every machine agrees on them.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from lean_env.errors import BadInput

SPLITS = ("train", "valid", "test")
"""What `split_of` chooses among."""


@dataclass(frozen=True, slots=True)
class Shard:
    """Shard `index` (from 1) of `count` disjoint shards of about equal size.

    `id in shard` depends on the id alone.
    """

    index: int = 1
    count: int = 1

    @classmethod
    def parse(cls, text: str) -> Shard:
        """Parse a shard in the form `1/4`.

        Raises:
            BadInput: `text` does not have that form.
        """
        index, _, count = text.partition("/")
        if index.isdecimal() and count.isdecimal() and 1 <= int(index) <= int(count):
            return cls(int(index), int(count))
        raise BadInput(f"`{text}` is not a part like 1/4", where="--shard")

    def __contains__(self, id: str) -> bool:
        return hash_fraction(id) * self.count // 1 == self.index - 1

    def __str__(self) -> str:
        return f"{self.index}/{self.count}"


def hash_fraction(text: str) -> float:
    """Hash `text` to a number in [0, 1), the same on every machine and in every version."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6]) / 2**48


TRAIN, VALID = 0.8, 0.9
"""Where on [0, 1) the train and the valid split end; the rest is test."""

_VARIANT = re.compile(r"[?!'₀-₉ᵢⱼ]|(_(left|right|iff|self|comm|symm))+$")


def split_of(name: str) -> str:
    """Choose `train` (80 %), `valid` (10 %) or `test` (10 %) by the theorem's `lemma_family`."""
    where = hash_fraction(f"split of {lemma_family(name)}")
    return "train" if where < TRAIN else "valid" if where < VALID else "test"


def lemma_family(name: str) -> str:
    """Reduce a theorem's name to what its variants share, so that they land in one split.

    The namespace, primes, indices, `?`/`!` and endings like `_left` or `_iff` are removed:
    `List.map_append` and `Array.map_append'` are both `map_append`.
    """
    return _VARIANT.sub("", name.rsplit(".", 1)[-1])
