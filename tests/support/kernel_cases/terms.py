"""Terms of Lean's type theory as Python values, with binders as Python functions.

pi(PROP, lambda p: p >> p)        # ∀ p : Prop, p → p
lam(NAT, lambda n: c("Nat.succ")(n))
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

Level: TypeAlias = Any
"""A number, the name of a parameter, or `("succ", l)`, `("max", l, m)`, `("imax", l, m)`."""


class Term:
    def __call__(self, *args: Term) -> Term:
        term: Term = self
        for arg in args:
            term = App(term, arg)
        return term

    def __rshift__(self, result: Term) -> Term:
        return Pi(self, lambda _: result)


@dataclass(frozen=True, eq=False)
class Const(Term):
    name: str
    levels: tuple[Level, ...]


@dataclass(frozen=True, eq=False)
class App(Term):
    fn: Term
    arg: Term


@dataclass(frozen=True, eq=False)
class Sort(Term):
    level: Level


@dataclass(frozen=True, eq=False)
class Lam(Term):
    domain: Term
    body: Callable[[Term], Term]


@dataclass(frozen=True, eq=False)
class Pi(Term):
    domain: Term
    body: Callable[[Term], Term]


@dataclass(frozen=True, eq=False)
class Let(Term):
    type: Term
    value: Term
    body: Callable[[Term], Term]


@dataclass(frozen=True, eq=False)
class Proj(Term):
    name: str
    field: int
    term: Term


@dataclass(frozen=True, eq=False)
class Nat(Term):
    value: int


@dataclass(frozen=True, eq=False)
class Text(Term):
    value: str


@dataclass(frozen=True, eq=False)
class Bound(Term):
    """A variable by how many binders are around its own."""

    binders: int


@dataclass(frozen=True, eq=False)
class Loose(Term):
    """A de Bruijn index as it stands."""

    index: int


@dataclass(frozen=True, eq=False)
class Meta(Term):
    """A term with metadata around it."""

    term: Term


PROP, TYPE, TYPE1 = Sort(0), Sort(1), Sort(2)


def c(name: str, *levels: Level) -> Term:
    return Const(name, levels)


def lam(*parts: Any) -> Term:
    """The function `lam(A, B, f)` of `A` and `B` with the body `f(a, b)`.

    A domain may be a function of the variables before it.
    """
    return _binders(Lam, parts, ())


def pi(*parts: Any) -> Term:
    return _binders(Pi, parts, ())


def _binders(kind: Any, parts: tuple[Any, ...], bound: tuple[Term, ...]) -> Term:
    *domains, body = parts
    if len(bound) == len(domains):
        result: Term = body(*bound) if callable(body) and not isinstance(body, Term) else body
        return result
    domain = domains[len(bound)]
    if not isinstance(domain, Term):
        domain = domain(*bound)
    made: Term = kind(domain, lambda x: _binders(kind, parts, (*bound, x)))
    return made


NAT, BOOL = c("Nat"), c("Bool")


def succ(n: Term) -> Term:
    return c("Nat.succ")(n)


def number(n: int) -> Term:
    """By constructors."""
    term = c("Nat.zero")
    for _ in range(n):
        term = succ(term)
    return term


def eq(level: Level, type_: Term, a: Term, b: Term) -> Term:
    return c("Eq", level)(type_, a, b)


def refl(level: Level, type_: Term, a: Term) -> Term:
    return c("Eq.refl", level)(type_, a)
