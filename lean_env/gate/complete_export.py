"""Proofs with everything that they rest on as one file that other checkers read by itself.

The file is in lean4export's format (NDJSON 3.1).  It holds the declarations that the kernels
accepted, and those of the library that they rest on.  Lean's server gives library theorems without
their proofs, and some constants without their values: in the file these are axioms.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from lean_env.errors import BadInput
from lean_env.wire.client import LeanClient
from lean_env.wire.protocol import JudgeAnswer, Name

EXPORTER = {"name": "qstar", "version": "1"}
FORMAT = {"version": "3.1.0"}

Row: TypeAlias = dict[str, Any]

_TERM_FIELDS = ("type", "value", "rhs", "body", "fn", "arg", "struct")
_REFERENCES = {
    **dict.fromkeys(("pre", "name", "levelParams", "param", "induct", "ctor", "ctors"), "in"),
    **dict.fromkeys(("all", "typeName"), "in"),
    **dict.fromkeys(("succ", "max", "imax", "sort", "us"), "il"),
    **dict.fromkeys(_TERM_FIELDS, "ie"),
}
"""Which table the numbers in a field refer to."""

_LITERALS: dict[str, tuple[Name, ...]] = {
    "natVal": (("Nat",),),
    "strVal": (("String",), ("String", "ofList"), ("Char", "ofNat"), ("List",)),
}
"""What terms of these kinds rest on without mentioning it."""


@dataclass(slots=True)
class _Table:
    """Rows of one kind, each once, by number; the first `reserved` numbers have no row."""

    key: str
    reserved: int
    rows: list[Row] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)

    def add(self, content: Row) -> int:
        text = json.dumps(content, sort_keys=True)
        if text not in self._numbers:
            self._numbers[text] = len(self.rows) + self.reserved
            self.rows.append({self.key: self._numbers[text], **content})
        return self._numbers[text]


class CompleteExport:
    """Collects theorems that were accepted, and writes them with all that they rest on.

    Attributes:
        theorems: Their names, as they are declared in the file.
    """

    def __init__(self) -> None:
        """Start without any theorem."""
        self.theorems: list[Name] = []
        self._names = _Table("in", 1)
        self._levels = _Table("il", 1)
        self._terms = _Table("ie", 0)
        self._declarations: dict[Name, Row] = {}  # an inductive block under each of its names
        self._lean: dict[str, str] = {}
        self._conflict: Name = ()

    async def add(self, lean: LeanClient, answer: JudgeAnswer) -> None:
        """Add a theorem.  Statements, which all have one name, are numbered.

        Args:
            lean: The trusted process that accepted it, which is asked for the library.
            answer: What that process answered to `judge`.

        Raises:
            LeanProcessError: The process ended.
        """
        self._lean = {"githash": lean.hello.commit, "version": lean.hello.lean}
        own = answer.theorem
        if isinstance(own[-1], int):
            own = (*own[:-1], len(self.theorems) + 1)
        self._read(answer.rows, {answer.theorem: own})
        self.theorems.append(own)
        absent: set[Name] = set()
        while missing := {*self._mentioned([own])} - self._declarations.keys() - absent:
            supplied = await lean.constants(sorted(missing, key=repr))
            self._read(supplied.export, {})
            absent |= set(supplied.absent) | (missing - self._declarations.keys())

    def write(self, file: Path) -> None:
        """Write the file; it is there whole or not at all.

        Raises:
            BadInput: Two theorems rest on different declarations of one name.
            OSError: The file cannot be written.
        """
        if self._conflict:
            spelled = ".".join(map(str, self._conflict))
            raise BadInput(
                f"two theorems of the file rest on different declarations of '{spelled}'",
                remedy="Export them one by one, each from a file of its own.",
            )
        order = dict.fromkeys(id(self._declarations[n]) for n in self._ordered())
        by_id = {id(row): row for row in self._declarations.values()}
        meta = {"exporter": EXPORTER, "lean": self._lean, "format": FORMAT}
        rows: list[Row] = [{"meta": meta}]
        rows += [*self._names.rows, *self._levels.rows, *self._terms.rows]
        rows += [by_id[number] for number in order]
        new = file.with_name(f".{file.name}-{os.getpid()}")
        try:
            with new.open("w", encoding="utf-8") as stream:
                stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
            new.replace(file)
        finally:
            new.unlink(missing_ok=True)

    # Reading rows, which have numbers of their own

    def _read(self, text: str, renamed: dict[Name, Name]) -> None:
        numbers: dict[str, dict[int, int]] = {"in": {0: 0}, "il": {0: 0}, "ie": {}}
        for line in text.splitlines():
            row = json.loads(line)
            if "meta" in row:
                continue
            key = next((key for key in numbers if key in row), None)
            if key is None:
                self._declare(_renumbered(row, numbers))
                continue
            number = row.pop(key)
            table = {"in": self._names, "il": self._levels, "ie": self._terms}[key]
            numbers[key][number] = table.add(_renumbered(row, numbers))
            if key == "in" and (new := renamed.get(self._name(numbers[key][number]))):
                numbers[key][number] = self._number(new)

    def _declare(self, row: Row) -> None:
        [(tag, content)] = row.items()
        if tag in {"thm", "opaque"} and "value" not in content:
            head = {part: content[part] for part in ("name", "levelParams", "type")}
            row = {"axiom": {**head, "isUnsafe": False}}
        for head in _heads(row):
            name = self._name(head["name"])
            if self._declarations.setdefault(name, row) != row:
                self._conflict = name

    def _name(self, number: int) -> Name:
        parts: list[str | int] = []
        while number:
            [(kind, content)] = [
                (k, v) for k, v in self._names.rows[number - 1].items() if k != "in"
            ]
            parts.append(content["str" if kind == "str" else "i"])
            number = content["pre"]
        return tuple(reversed(parts))

    def _number(self, name: Name) -> int:
        number = 0
        for part in name:
            kind, key = ("str", "str") if isinstance(part, str) else ("num", "i")
            number = self._names.add({kind: {"pre": number, key: part}})
        return number

    # What rests on what

    def _mentioned(self, names: list[Name]) -> Iterator[Name]:
        """All constants that these rest on, as far as they are known."""
        seen: set[Name] = set()
        todo = list(names)
        while todo:
            name = todo.pop()
            if name in seen:
                continue
            seen.add(name)
            yield name
            if name in self._declarations:
                todo += self._uses(self._declarations[name])

    def _ordered(self) -> Iterator[Name]:
        """The constants that the theorems rest on, each after those that it mentions."""
        done: set[Name] = set()
        todo: list[tuple[Name, bool]] = [(name, False) for name in reversed(self.theorems)]
        while todo:
            name, left = todo.pop()
            if left:
                yield name
            elif name not in done and name in self._declarations:
                row = self._declarations[name]
                block = [self._name(head["name"]) for head in _heads(row)]
                done |= set(block)
                todo.append((name, True))
                todo += [(used, False) for used in self._uses(row)]

    def _uses(self, row: Row) -> set[Name]:
        found: set[Name] = set()
        seen: set[int] = set()
        todo = [number for head in _heads(row) for number in _terms_of(head)]
        while todo:
            number = todo.pop()
            if number in seen:
                continue
            seen.add(number)
            for kind, content in self._terms.rows[number].items():
                if kind == "const":
                    found.add(self._name(content["name"]))
                elif kind in _LITERALS:
                    found |= set(_LITERALS[kind])
                elif isinstance(content, dict):
                    todo += _terms_of(content)
                    if kind == "proj":
                        found.add(self._name(content["typeName"]))
        return found


def _terms_of(content: Row) -> list[int]:
    own = [number for key, number in content.items() if key in _TERM_FIELDS]
    return own + [rule["rhs"] for rule in content.get("rules", ())]


def _heads(row: Row) -> list[Row]:
    """What a declaration declares; of a block its types, constructors and recursors."""
    [(tag, content)] = row.items()
    if tag != "inductive":
        return [content]
    return [*content["types"], *content["ctors"], *content["recs"]]


def _renumbered(content: Row, numbers: dict[str, dict[int, int]]) -> Row:
    """A row with the numbers of this export for those of the text that it comes from."""
    made: Row = {}
    for key, value in content.items():
        table = numbers[_REFERENCES[key]] if key in _REFERENCES else {}
        match value:
            case dict():
                made[key] = _renumbered(value, numbers)
            case [dict(), *_]:
                made[key] = [_renumbered(part, numbers) for part in value]
            case list():
                made[key] = [table[part] for part in value]
            case _:
                made[key] = table[value] if key in _REFERENCES else value
    return made
