"""Declarations of Lean's type theory as data, in the two forms that the kernels read.

Terms are tuples with de Bruijn indices; `("fvar", n)` stands for a variable whose binder is not
written yet (`close` writes it).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any, TypeAlias

Level: TypeAlias = int | str | tuple[Any, ...]
"""A number, the name of a parameter, or `("succ", l)`, `("max", l, m)`, `("imax", l, m)`."""

Term: TypeAlias = tuple[Any, ...]

Declaration: TypeAlias = dict[str, Any]

Export: TypeAlias = dict[str, Any]
"""Tables of names, levels and terms, and declarations that refer to them, as Lean's server has them
(`LeanEnv/Export.lean`)."""

_numbers = count()


# Terms


def const(name: str, *levels: Level) -> Term:
    """The constant `name` at universe levels."""
    return ("const", name, levels)


def sort(level: Level) -> Term:
    """The universe of a level."""
    return ("sort", level)


def app(function: Term, *arguments: Term) -> Term:
    """A function applied to arguments, one after the other."""
    for argument in arguments:
        function = ("app", function, argument)
    return function


def fresh() -> Term:
    """A new free variable."""
    return ("fvar", next(_numbers))


Binders: TypeAlias = Sequence[tuple[Term, Term]]
"""Free variables with their types; a type may mention the variables before it."""


def lam(binders: Binders, body: Term) -> Term:
    """The function of `binders` with this body."""
    return _bind("lam", binders, body)


def pi(binders: Binders, body: Term) -> Term:
    """The type of functions of `binders` with results in `body`."""
    return _bind("pi", binders, body)


def arrow(domain: Term, *rest: Term) -> Term:
    """The type of functions between types that do not depend on each other."""
    return pi([(fresh(), domain)], arrow(*rest)) if rest else domain


def let(variable: Term, type_: Term, value: Term, body: Term) -> Term:
    """`let variable : type_ := value; body`."""
    return ("let", type_, value, close(body, variable))


def _bind(kind: str, binders: Binders, body: Term) -> Term:
    for variable, type_ in reversed(binders):
        body = (kind, type_, close(body, variable))
    return body


_SCOPED = {"lam": (0, 1), "pi": (0, 1), "let": (0, 0, 1), "app": (0, 0), "proj": (None, None, 0)}
"""Of each kind of compound term, how many binders are around each part; None: no term."""


def replace(term: Term, variable: Term, value: Term) -> Term:
    """Put a closed-up term in place of a free variable."""
    return _substitute(term, variable, lambda _: value, 0)


def instantiate(body: Term, argument: Term, depth: int = 0) -> Term:
    """Put a term without loose variables in place of the outermost bound variable of a body."""
    match body:
        case ("bvar", index):
            return argument if index == depth else body
        case ("app", f, a):
            return ("app", instantiate(f, argument, depth), instantiate(a, argument, depth))
        case ("lam" | "pi", domain, inner):
            return (
                body[0],
                instantiate(domain, argument, depth),
                instantiate(inner, argument, depth + 1),
            )
        case ("let", type_, value, inner):
            return (
                "let",
                instantiate(type_, argument, depth),
                instantiate(value, argument, depth),
                instantiate(inner, argument, depth + 1),
            )
        case ("proj", name, index, inner):
            return ("proj", name, index, instantiate(inner, argument, depth))
    return body


def close(term: Term, variable: Term) -> Term:
    """Make a free variable the bound variable of a binder that goes around the term."""
    return _substitute(term, variable, lambda depth: ("bvar", depth), 0)


def _substitute(term: Term, variable: Term, value: Any, depth: int) -> Term:
    if term == variable:
        made: Term = value(depth)
        return made
    scopes = _SCOPED.get(term[0])
    if scopes is None:
        return term
    parts = zip(term[1:], scopes, strict=True)
    return (
        term[0],
        *(
            part if inner is None else _substitute(part, variable, value, depth + inner)
            for part, inner in parts
        ),
    )


# Declarations


def theorem(name: str, type_: Term, value: Term, levels: Sequence[str] = ()) -> Declaration:
    """A proposition with its proof; the kernels refuse other types."""
    return {"kind": "theorem", "name": name, "levels": levels, "type": type_, "value": value}


def definition(
    name: str, type_: Term, value: Term, levels: Sequence[str] = (), hint: int = 1
) -> Declaration:
    """A constant with a value that is unfolded; `hint` is as in `LeanEnv/Export.lean`."""
    return {**theorem(name, type_, value, levels), "kind": "def", "hint": hint}


def opaque(name: str, type_: Term, value: Term) -> Declaration:
    """A constant with a value that is not unfolded."""
    return {**theorem(name, type_, value), "kind": "opaque"}


Types: TypeAlias = Sequence[tuple[str, Term, Sequence[tuple[str, Term]]]]
"""Name, type and constructors of each type of a block."""


def inductive(types: Types, params: int, levels: Sequence[str] = ()) -> Declaration:
    """A block of inductive types, the first `params` arguments of which are parameters."""
    return {"kind": "inductive", "types": types, "params": params, "levels": levels}


# Tables


class _Tables:
    def __init__(self) -> None:
        self.names: list[Any] = [None]
        self.levels: list[Any] = [None]
        self.terms: list[Any] = []
        self._numbers: dict[Any, int] = {}

    def _row(self, table: list[Any], kind: str, row: list[Any]) -> int:
        key = (kind, *row)
        if key not in self._numbers:
            self._numbers[key] = len(table)
            table.append(row)
        return self._numbers[key]

    def name(self, dotted: str) -> int:
        number = 0
        for part in dotted.split("."):
            number = self._row(self.names, "n", [number, part])
        return number

    def level(self, level: Level) -> int:
        if isinstance(level, int):
            number = 0
            for _ in range(level):
                number = self._row(self.levels, "l", [0, number])
            return number
        if isinstance(level, str):
            return self._row(self.levels, "l", [3, self.name(level)])
        kind, *parts = level
        tag = {"succ": 0, "max": 1, "imax": 2}[kind]
        return self._row(self.levels, "l", [tag, *(self.level(part) for part in parts)])

    def term(self, term: Term) -> int:
        return self._row(self.terms, "t", self._term_row(term))

    def _term_row(self, term: Term) -> list[Any]:
        match term:
            case ("bvar", index):
                return [0, index]
            case ("sort", level):
                return [1, self.level(level)]
            case ("const", name, levels):
                return [2, self.name(name), *(self.level(level) for level in levels)]
            case ("nat", value):
                return [7, str(value)]
            case ("str", text):
                return [8, text]
            case ("proj", name, index, structure):
                return [9, self.name(name), index, self.term(structure)]
            case (kind, *parts):
                tag = {"app": 3, "lam": 4, "pi": 5, "let": 6}[kind]
                return [tag, *(self.term(part) for part in parts)]
        raise TypeError(term)

    def declaration(self, made: Declaration) -> dict[str, Any]:
        levels = [self.name(level) for level in made["levels"]]
        if made["kind"] == "inductive":
            types = [
                {**self.head(name, type_), "ctors": [self.head(*ctor) for ctor in ctors]}
                for name, type_, ctors in made["types"]
            ]
            return {**made, "levels": levels, "types": types}
        value = self.term(made["value"])
        return {**made, **self.head(made["name"], made["type"]), "value": value, "levels": levels}

    def head(self, name: str, type_: Term) -> dict[str, Any]:
        return {"name": self.name(name), "type": self.term(type_)}


def export(declarations: Sequence[Declaration]) -> Export:
    """Write declarations as tables."""
    tables = _Tables()
    rows = [tables.declaration(one) for one in declarations]
    return {
        "names": tables.names,
        "levels": tables.levels,
        "terms": tables.terms,
        "decls": rows,
    }


# lean4export's format


def ndjson(exported: Export) -> str:
    """The same declarations as rows of lean4export's format, without recursors."""
    rows: list[dict[str, Any]] = [{"meta": {"format": {"version": "3.1.0"}}}]
    for i, row in enumerate(exported["names"][1:], 1):
        rows.append(
            {"in": i, "str": {"pre": row[0], "str": row[1]}}
            if isinstance(row[1], str)
            else {"in": i, "num": {"pre": row[0], "i": row[1]}}
        )
    rows += [{"il": i, **_level(*row)} for i, row in enumerate(exported["levels"][1:], 1)]
    rows += [{"ie": i, **_term(*row)} for i, row in enumerate(exported["terms"])]
    rows += [_declaration(exported, made) for made in exported["decls"]]
    return "\n".join(json.dumps(row) for row in rows)


def _level(tag: int, *parts: int) -> dict[str, Any]:
    kind = ("succ", "max", "imax", "param")[tag]
    return {kind: list(parts) if tag in {1, 2} else parts[0]}


def _term(tag: int, *parts: Any) -> dict[str, Any]:
    match tag, parts:
        case (0, (index,)):
            return {"bvar": index}
        case (1, (level,)):
            return {"sort": level}
        case (2, (name, *levels)):
            return {"const": {"name": name, "us": levels}}
        case (3, (fn, arg)):
            return {"app": {"fn": fn, "arg": arg}}
        case (4 | 5, (type_, body)):
            binder = {"name": 0, "type": type_, "body": body, "binderInfo": "default"}
            return {"lam" if tag == 4 else "forallE": binder}
        case (6, (type_, value, body)):
            return {
                "letE": {"name": 0, "type": type_, "value": value, "body": body, "nondep": False}
            }
        case (7, (digits,)):
            return {"natVal": digits}
        case (8, (text,)):
            return {"strVal": text}
        case (9, (name, index, structure)):
            return {"proj": {"typeName": name, "idx": index, "struct": structure}}
    raise ValueError((tag, parts))


def _declaration(exported: Export, made: Mapping[str, Any]) -> dict[str, Any]:
    if made["kind"] == "inductive":
        return {"inductive": _block(exported, made)}
    head = {"name": made["name"], "levelParams": made["levels"], "type": made["type"]}
    value = {**head, "value": made["value"], "all": []}
    match made["kind"]:
        case "axiom":
            return {"axiom": {**head, "isUnsafe": False}}
        case "theorem":
            return {"thm": value}
        case "opaque":
            return {"opaque": {**value, "isUnsafe": False}}
    hint = made["hint"]
    hints = "opaque" if hint == 0 else "abbrev" if hint == 1 else {"regular": hint - 2}
    return {"def": {**value, "hints": hints, "safety": "safe"}}


def _block(exported: Export, made: Mapping[str, Any]) -> dict[str, Any]:
    params, levels = made["params"], made["levels"]
    types, ctors = [], []
    for type_ in made["types"]:
        head = {"name": type_["name"], "levelParams": levels, "type": type_["type"]}
        indices = max(_arity(exported, type_["type"]) - params, 0)
        types.append(
            {
                **head,
                "numParams": params,
                "numIndices": indices,
                "all": [t["name"] for t in made["types"]],
                "ctors": [ctor["name"] for ctor in type_["ctors"]],
                "numNested": 0,
                "isRec": False,
                "isUnsafe": False,
                "isReflexive": False,
            }
        )
        for i, ctor in enumerate(type_["ctors"]):
            fields = max(_arity(exported, ctor["type"]) - params, 0)
            ctors.append(
                {
                    "name": ctor["name"],
                    "levelParams": levels,
                    "type": ctor["type"],
                    "induct": type_["name"],
                    "cidx": i,
                    "numParams": params,
                    "numFields": fields,
                    "isUnsafe": False,
                }
            )
    return {"types": types, "ctors": ctors, "recs": []}


def _arity(exported: Export, number: int) -> int:
    arity = 0
    while exported["terms"][number][0] == 5:
        number = exported["terms"][number][2]
        arity += 1
    return arity
