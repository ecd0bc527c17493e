"""A part of a run for one of several machines."""

from __future__ import annotations

import hashlib
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
        return fraction(id) * self.count // 1 == self.index - 1

    def __str__(self) -> str:
        return f"{self.index}/{self.count}"


def fraction(text: str) -> float:
    """A number in [0, 1) that only the text decides, the same everywhere and always."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6]) / 2**48
