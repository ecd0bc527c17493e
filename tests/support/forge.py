"""Exports (`LeanEnv/Export.lean`) written by hand, for what Lean would never export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Forger:
    """Tables that grow; every method gives the number of what it adds."""

    names: list[object] = field(default_factory=lambda: [None])
    levels: list[object] = field(default_factory=lambda: [None])
    terms: list[object] = field(default_factory=list)
    decls: list[dict[str, object]] = field(default_factory=list)

    @classmethod
    def of(cls, export: Mapping[str, Any]) -> Forger:
        """To go on from what Lean has exported."""
        return cls(export["names"], export["levels"], export["terms"], export["decls"])

    @property
    def export(self) -> dict[str, object]:
        return {
            "names": self.names,
            "levels": self.levels,
            "terms": self.terms,
            "decls": self.decls,
        }

    def name(self, *parts: str | int) -> int:
        number = 0
        for part in parts:
            row = [number, part]
            number = self.names.index(row) if row in self.names else _add(self.names, row)
        return number

    def dotted(self, text: str) -> int:
        """A name without odd components; components of digits are numbers."""
        return self.name(*(int(part) if part.isdigit() else part for part in text.split(".")))

    def level(self, n: int) -> int:
        number = 0
        for _ in range(n):
            number = _add(self.levels, [0, number])
        return number

    def succ(self, level: int) -> int:
        return _add(self.levels, [0, level])

    def param(self, name: str) -> int:
        return _add(self.levels, [3, self.dotted(name)])

    def term(self, *row: object) -> int:
        return _add(self.terms, list(row))

    def var(self, index: int) -> int:
        return self.term(0, index)

    def sort(self, level: int) -> int:
        return self.term(1, level)

    def const(self, name: str, *levels: int) -> int:
        return self.term(2, self.dotted(name), *levels)

    def app(self, function: int, *arguments: int) -> int:
        for argument in arguments:
            function = self.term(3, function, argument)
        return function

    def lam(self, *types_and_body: int) -> int:
        return self._bind(4, types_and_body)

    def pi(self, *types_and_body: int) -> int:
        return self._bind(5, types_and_body)

    def _bind(self, tag: int, types_and_body: Sequence[int]) -> int:
        *types, body = types_and_body
        for type_ in reversed(types):
            body = self.term(tag, type_, body)
        return body

    def nat(self, n: int) -> int:
        return self.term(7, str(n))

    def declare(
        self, kind: str, name: str, type_: int, value: int | None = None, levels: Sequence[str] = ()
    ) -> None:
        """`kind` is axiom, def, theorem or opaque."""
        row: dict[str, object] = {
            "kind": kind,
            "name": self.dotted(name),
            "levels": [self.dotted(level) for level in levels],
            "type": type_,
        }
        if value is not None:
            row |= {"value": value, "hint": 1}
        self.decls.append(row)

    def inductive(
        self,
        name: str,
        type_: int,
        constructors: Sequence[tuple[str, int]] = (),
        params: int = 0,
        levels: Sequence[str] = (),
    ) -> None:
        ctors = [{"name": self.dotted(n), "type": t} for n, t in constructors]
        self.decls.append(
            {
                "kind": "inductive",
                "levels": [self.dotted(level) for level in levels],
                "params": params,
                "types": [{"name": self.dotted(name), "type": type_, "ctors": ctors}],
            }
        )


def _add(table: list[object], row: object) -> int:
    table.append(row)
    return len(table) - 1
