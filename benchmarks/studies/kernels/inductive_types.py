"""Random blocks of inductive types: mutual, nested, indexed, reflexive, in any universe.

Most are well-formed; some are not positive, too large for their universe, or applied wrongly.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from benchmarks.studies.kernels.environments import (
    Binders,
    Declaration,
    Level,
    Term,
    app,
    arrow,
    const,
    definition,
    fresh,
    inductive,
    instantiate,
    lam,
    pi,
    sort,
    theorem,
)
from benchmarks.studies.kernels.levels import value

NAT, PROP = const("Nat"), sort(0)
ODD = 0.04
"""The chance, at each choice, of something that makes a block ill-formed or unusual."""

_SORTS: tuple[Level, ...] = (
    0,
    0,
    1,
    1,
    1,
    2,
    "u",
    ("succ", "u"),
    ("succ", "u"),
    ("max", 1, "u"),
    ("max", "u", "v"),
    ("succ", ("max", "u", "v")),
    ("imax", "u", "v"),
    ("imax", 1, "u"),
    ("imax", "u", 1),
)


@dataclass
class _Type:
    name: str
    indices: list[Term]
    ctors: list[tuple[str, Term]] = field(default_factory=list)


@dataclass
class _Container:
    """A type made earlier with one parameter, a type in the universe `level`."""

    name: str
    levels: tuple[Level, ...]
    parameter: Level


class Block:
    """Makes one block."""

    def __init__(self, rng: Random, prefix: str, containers: list[_Container]) -> None:
        """Choose universe, parameters and indices."""
        self.rng, self.prefix, self.containers = rng, prefix, containers
        self.sort = rng.choice(_SORTS)
        self.params: list[tuple[Term, Term]] = []
        for _ in range(rng.choice((0, 0, 1, 1, 2))):
            self.params.append((fresh(), self._param_type()))
        count = rng.choice((1, 1, 1, 1, 2, 2, 3))
        self.types = [
            _Type(f"{prefix}{i}", [self._index_type() for _ in range(rng.choice((0, 0, 0, 1, 2)))])
            for i in range(count)
        ]

    def declaration(self) -> Declaration:
        """The block with its constructors."""
        for type_ in self.types:
            for i in range(self.rng.choice((0, 1, 1, 2, 2, 3))):
                type_.ctors.append((f"{type_.name}.c{i}", self._ctor(type_)))
        rows = [
            (t.name, pi(self.params, self._arrows(t.indices, sort(self._own_sort()))), t.ctors)
            for t in self.types
        ]
        return inductive(rows, len(self.params), ("u", "v"))

    def _odd(self) -> bool:
        return self.rng.random() < ODD

    def _own_sort(self) -> Level:
        return self.rng.choice(_SORTS) if self._odd() and len(self.types) > 1 else self.sort

    def _arrows(self, domains: list[Term], result: Term) -> Term:
        return arrow(*domains, result) if domains else result

    def _param_type(self) -> Term:
        types = [variable for variable, its in self.params if its[0] == "sort"]
        choices = [sort(self._universe()), sort(self._universe()), NAT]
        choices += [arrow(one, PROP) for one in types] + types
        return self.rng.choice(choices)

    def _universe(self) -> Level:
        match self.sort:
            case int() as level if level > 0 and self.rng.random() < 0.7:
                return level
            case ("succ", level) if self.rng.random() < 0.7:
                return ("succ", level)
        return self.rng.choice((0, 1, "u", ("succ", "u"), "v"))

    def _index_type(self) -> Term:
        types = [variable for variable, its in self.params if its[0] == "sort"]
        return self.rng.choice([NAT, NAT, const("Bool"), PROP, sort(1), *types])

    # Constructors

    def _ctor(self, type_: _Type) -> Term:
        fields: list[tuple[Term, Term]] = []
        for _ in range(self.rng.choice((0, 1, 1, 2, 2, 3))):
            made = self._field(fields)
            if made is not None:
                fields.append((fresh(), made))
        target = self.rng.choice(self.types) if self._odd() else type_
        result = self._applied(target, fields)
        return pi([*self.params, *fields], result) if result else self._plain(type_)

    def _plain(self, type_: _Type) -> Term:
        """A constructor whose indices are its fields."""
        fields = [(fresh(), index) for index in type_.indices]
        own = app(self._at_params(type_), *(variable for variable, _ in fields))
        return pi([*self.params, *fields], own)

    def _at_params(self, type_: _Type) -> Term:
        levels = ("v", "u") if self._odd() else ("u", "v")
        arguments = [variable for variable, _ in self.params]
        if arguments and self._odd():
            self.rng.shuffle(arguments)
        if arguments and self._odd():
            arguments[-1] = self.rng.choice((NAT, PROP, ("nat", 0)))
        return app(const(type_.name, *levels), *arguments)

    def _applied(self, type_: _Type, fields: Binders) -> Term | None:
        """A type of the block at its parameters and some indices; None if there are none."""
        indices = [self._element(index, fields) for index in type_.indices]
        if None in indices:
            return None
        return app(self._at_params(type_), *(index for index in indices if index))

    def _element(self, type_: Term, fields: Binders) -> Term | None:
        known = [variable for variable, its in [*self.params, *fields] if its == type_]
        if known and self.rng.random() < 0.7:
            return self.rng.choice(known)
        if type_ == NAT:
            inner = self.rng.choice([("nat", 0), ("nat", 2), *(known or [("nat", 1)])])
            return self.rng.choice([inner, app(const("Nat.succ"), inner)])
        if type_ == const("Bool"):
            return const("Bool.true")
        if type_ == PROP:
            return self.rng.choice((const("True"), const("False")))
        if type_ == sort(1):
            return self.rng.choice((NAT, const("Bool")))
        return self.rng.choice(known) if known else None

    def _field(self, fields: Binders) -> Term | None:
        kind = self.rng.choices(
            ("plain", "recursive", "reflexive", "nested", "negative"), (6, 4, 2, 4, 0.4)
        )[0]
        if kind == "plain":
            return self._plain_field(fields)
        near = [] if kind == "nested" and not self._odd() else fields
        own = self._applied(self.rng.choice(self.types), near)
        if own is None:
            return None
        match kind:
            case "recursive":
                return own
            case "reflexive":
                return arrow(self._plain_field(fields), own)
            case "nested":
                return self._nested(own, fields, self.rng.choice((1, 1, 2)))
        return self.rng.choice(
            (
                arrow(own, NAT),
                arrow(arrow(own, NAT), own),
                arrow(own, own),
                app(const("Eq", self.sort), own),
            )
        )

    def _plain_field(self, fields: Binders) -> Term:
        known = [*self.params, *fields]
        choices: list[tuple[Term, Level]] = [
            (NAT, 1),
            (const("Bool"), 1),
            (PROP, 1),
            (sort(1), 2),
            (sort("u"), ("succ", "u")),
            (const("True"), 0),
        ]
        for variable, its in known:
            if its[0] == "sort":
                choices += [(variable, its[1]), (arrow(NAT, variable), ("imax", 1, its[1]))] * 2
            if its == NAT:
                choices += [(app(const("Eq", 1), NAT, variable, ("nat", 0)), 0)] * 2
            if its[0] == "pi" and its[2] == PROP:
                fitting = [argument for argument, type_ in known if type_ == its[1]]
                choices += [(app(variable, argument), 0) for argument in fitting] * 3
        if self._odd():
            return self.rng.choice(choices)[0]
        return self.rng.choice([type_ for type_, level in choices if self._holds(level)])

    def _holds(self, level: Level) -> bool:
        """May a field's type live in the universe `level`?"""
        if self.sort == 0:
            return True
        values = [{"u": u, "v": v} for u in range(4) for v in range(4)]
        return all(value(level, at) <= value(self.sort, at) for at in values)

    def _nested(self, own: Term, fields: Binders, depth: int) -> Term:
        inner = own if depth == 1 else self._nested(own, fields, depth - 1)
        fitting = [
            app(const(one.name, *one.levels), inner)
            for one in self.containers
            if one.parameter == self.sort or self._odd()
        ]
        if self.sort == 0 or self._odd():
            fitting += [
                app(const("And"), inner, const("True")),
                app(const("Exists", self.sort), own, lam([(fresh(), own)], inner)),
                app(const("Or"), inner, const("False")),
            ]
        lower = self._lower()
        if lower is not None or self._odd():
            fitting += self._data(inner, own, 0 if lower is None else lower)
        return self.rng.choice(fitting or [own])

    def _data(self, inner: Term, own: Term, level: Level) -> list[Term]:
        """Types of the library around a type in `Type level`."""
        small = NAT if level == 0 or self._odd() else own
        return [
            app(const("List", level), inner),
            app(const("Option", level), inner),
            app(const("Array", level), inner),
            app(const("Prod", level, level), inner, small),
            app(const("PProd", ("succ", level), ("succ", level)), inner, small),
            app(const("Vector", level), inner, ("nat", 2)),
            app(const("Except", level, level), small, inner),
        ]

    def _lower(self) -> Level | None:
        """The level `l` for which the block lives in `Type l`, if there is one."""
        match self.sort:
            case int() as level if level > 0:
                return level - 1
            case ("succ", level):
                made: Level = level
                return made
        return None


def container(rng: Random, name: str) -> tuple[Declaration, _Container]:
    """A type with one parameter, which others can be nested in."""
    parameter = rng.choice((1, 1, ("succ", "u"), 0, 2))
    result = rng.choice((parameter, parameter, 0))
    type_, made = fresh(), const(name, "u", "v")
    inner = rng.choice((type_, arrow(NAT, type_), app(made, type_)))
    if parameter == 1:
        inner = rng.choice((inner, app(const("Option", 0), type_)))
    fields = [(fresh(), inner), (fresh(), rng.choice((type_, NAT, app(made, type_))))]
    ctors = [
        (f"{name}.mk", pi([(type_, sort(parameter)), *fields], app(made, type_))),
        (f"{name}.nil", pi([(type_, sort(parameter))], app(made, type_))),
    ]
    whole = pi([(type_, sort(parameter))], sort(result))
    levels: tuple[Level, ...] = ("u", "v")
    if rng.random() < 0.5:
        levels = (0, 0)
        parameter = 1 if parameter == ("succ", "u") else parameter
    return inductive([(name, whole, ctors)], 1, ("u", "v")), _Container(name, levels, parameter)


def projections(rng: Random, block: Block) -> list[Declaration]:
    """Uses of the projections of a type with one constructor, and of its eta."""
    [type_, *_] = block.types
    if len(type_.ctors) != 1 or type_.indices:
        return []
    name, whole = type_.ctors[0]
    own = app(const(type_.name, "u", "v"), *(variable for variable, _ in block.params))
    given = fresh()
    binders = [*block.params, (given, own)]
    rest = whole
    for variable, _ in block.params:
        rest = instantiate(rest[2], variable)
    values: list[Term] = []
    made: list[Declaration] = []
    while rest[0] == "pi":
        value = ("proj", type_.name, len(values), given)
        kind = definition if rng.random() < 0.7 else theorem
        made.append(
            kind(f"q.f{len(values)}", pi(binders, rest[1]), lam(binders, value), ("u", "v"))
        )
        rest = instantiate(rest[2], value)
        values.append(value)
    predicate, proof = fresh(), fresh()
    more = [*binders, (predicate, arrow(own, PROP)), (proof, app(predicate, given))]
    rebuilt = app(const(name, "u", "v"), *(variable for variable, _ in block.params), *values)
    made.append(theorem("q.eta", pi(more, app(predicate, rebuilt)), lam(more, proof), ("u", "v")))
    return made


def case(rng: Random) -> list[Declaration]:
    """A block of inductive types, perhaps with containers before it and uses after it."""
    declarations: list[Declaration] = []
    containers: list[_Container] = []
    for i in range(rng.choice((0, 0, 1, 2))):
        made, known = container(rng, f"q.C{i}")
        declarations.append(made)
        containers.append(known)
    block = Block(rng, "q.T", containers)
    declarations.append(block.declaration())
    if rng.random() < 0.7:
        declarations += projections(rng, block)
    return declarations
