"""Writes exports in lean4export's format, right ones and wrong ones."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tests.support.kernel_cases.terms import (
    App,
    Bound,
    Const,
    Lam,
    Let,
    Level,
    Loose,
    Meta,
    Nat,
    Pi,
    Proj,
    Sort,
    Term,
    Text,
)

Ctors = Mapping[str, Term]
META = {"meta": {"format": {"version": "3.1.0"}}}


class Export:
    def __init__(self) -> None:
        self.rows: list[Any] = [META]
        self._numbers: dict[tuple[str, str], int] = {}
        self._next = {"in": 1, "il": 1, "ie": 0}

    @property
    def text(self) -> str:
        return "\n".join(row if isinstance(row, str) else json.dumps(row) for row in self.rows)

    # Names, levels, terms

    def row(self, key: str, parts: Mapping[str, Any]) -> int:
        known = (key, json.dumps(parts, sort_keys=True))
        if known not in self._numbers:
            self._numbers[known] = self._next[key]
            self._next[key] += 1
            self.rows.append({key: self._numbers[known], **parts})
        return self._numbers[known]

    def name(self, dotted: str) -> int:
        number = 0
        for part in dotted.split("."):
            number = self.row("in", {"str": {"pre": number, "str": part}})
        return number

    def names(self, dotted: Iterable[str]) -> list[int]:
        return [self.name(one) for one in dotted]

    def level(self, level: Level) -> int:
        if isinstance(level, int):
            number = 0
            for _ in range(level):
                number = self.row("il", {"succ": number})
            return number
        if isinstance(level, str):
            return self.row("il", {"param": self.name(level)})
        kind, *parts = level
        numbers = [self.level(part) for part in parts]
        return self.row("il", {kind: numbers[0] if kind == "succ" else numbers})

    def term(self, term: Term, depth: int = 0) -> int:
        return self.row("ie", self._parts(term, depth))

    def _parts(self, term: Term, depth: int) -> dict[str, Any]:
        match term:
            case Bound(binders):
                return {"bvar": depth - 1 - binders}
            case Loose(index):
                return {"bvar": index}
            case Sort(level):
                return {"sort": self.level(level)}
            case Const(name, levels):
                us = [self.level(level) for level in levels]
                return {"const": {"name": self.name(name), "us": us}}
            case App(fn, arg):
                return {"app": {"fn": self.term(fn, depth), "arg": self.term(arg, depth)}}
            case Lam(domain, body):
                return {"lam": self._binder(domain, body(Bound(depth)), depth)}
            case Pi(domain, body):
                return {"forallE": self._binder(domain, body(Bound(depth)), depth)}
            case Let(type_, value, body):
                parts = self._binder(type_, body(Bound(depth)), depth)
                del parts["binderInfo"]
                return {"letE": {**parts, "value": self.term(value, depth), "nondep": False}}
            case Proj(name, field, inner):
                struct = self.term(inner, depth)
                return {"proj": {"typeName": self.name(name), "idx": field, "struct": struct}}
            case Nat(value):
                return {"natVal": str(value)}
            case Text(text):
                return {"strVal": text}
            case Meta(inner):
                return {"mdata": {"expr": self.term(inner, depth), "data": {"k": "v"}}}
        raise TypeError(term)

    def _binder(self, domain: Term, body: Term, depth: int) -> dict[str, Any]:
        parts = {"type": self.term(domain, depth), "body": self.term(body, depth + 1)}
        return {"name": 0, **parts, "binderInfo": "default"}

    # Declarations

    def head(self, name: str, levels: Sequence[str], type_: Term) -> dict[str, Any]:
        params = self.names(levels)
        return {"name": self.name(name), "levelParams": params, "type": self.term(type_)}

    def declare(self, tag: str, /, **parts: Any) -> None:
        self.rows.append({tag: parts})

    def axiom(self, name: str, type_: Term, *levels: str, unsafe: bool = False) -> None:
        self.declare("axiom", **self.head(name, levels, type_), isUnsafe=unsafe)

    def definition(
        self,
        name: str,
        type_: Term,
        value: Term,
        *levels: str,
        hints: Any = "abbrev",
        safety: str = "safe",
    ) -> None:
        head = self.head(name, levels, type_)
        self.declare("def", **head, value=self.term(value), hints=hints, safety=safety, all=[])

    def theorem(self, name: str, type_: Term, value: Term, *levels: str) -> None:
        self.declare("thm", **self.head(name, levels, type_), value=self.term(value), all=[])

    def opaque(
        self, name: str, type_: Term, value: Term, *levels: str, unsafe: bool = False
    ) -> None:
        head = self.head(name, levels, type_)
        self.declare("opaque", **head, value=self.term(value), isUnsafe=unsafe, all=[])

    def quotient(self, kind: str, name: str, type_: Term, *levels: str) -> None:
        self.declare("quot", **self.head(name, levels, type_), kind=kind)

    def inductive(
        self,
        name: str,
        type_: Term,
        ctors: Ctors,
        *levels: str,
        params: int = 0,
        recs: Sequence[Any] = (),
    ) -> dict[str, Any]:
        return self.mutual({name: (type_, ctors)}, *levels, params=params, recs=recs)

    def mutual(
        self,
        types: Mapping[str, tuple[Term, Ctors]],
        *levels: str,
        params: int = 0,
        recs: Sequence[Any] = (),
    ) -> dict[str, Any]:
        """The row comes back, so that it can be spoilt."""
        all_ = self.names(types)
        rows = []
        ctor_rows = []
        for name, (type_, ctors) in types.items():
            rows.append(
                {
                    **self.head(name, levels, type_),
                    "numParams": params,
                    "numIndices": max(arity(type_) - params, 0),
                    "all": all_,
                    "ctors": self.names(ctors),
                    "numNested": 0,
                    "isRec": False,
                    "isUnsafe": False,
                    "isReflexive": False,
                }
            )
            for i, (ctor, ctor_type) in enumerate(ctors.items()):
                ctor_rows.append(
                    {
                        **self.head(ctor, levels, ctor_type),
                        "induct": self.name(name),
                        "cidx": i,
                        "numParams": params,
                        "numFields": max(arity(ctor_type) - params, 0),
                        "isUnsafe": False,
                    }
                )
        row: dict[str, Any] = {"types": rows, "ctors": ctor_rows, "recs": list(recs)}
        self.rows.append({"inductive": row})
        return row

    def recursor(
        self,
        name: str,
        type_: Term,
        rules: Sequence[tuple[str, int, Term]],
        *levels: str,
        numbers: tuple[int, int, int, int],
        k: bool = False,
    ) -> dict[str, Any]:
        """`numbers` of parameters, indices, motives and minor premises."""
        keys = ("numParams", "numIndices", "numMotives", "numMinors")
        return {
            **self.head(name, levels, type_),
            **dict(zip(keys, numbers, strict=True)),
            "all": [],
            "rules": [
                {"ctor": self.name(ctor), "nfields": n, "rhs": self.term(rhs)}
                for ctor, n, rhs in rules
            ],
            "k": k,
            "isUnsafe": False,
        }


def arity(type_: Term) -> int:
    count = 0
    while isinstance(type_, Pi):
        type_ = type_.body(Bound(0))
        count += 1
    return count
