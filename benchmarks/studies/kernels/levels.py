"""Universe levels: pairs that are equal by laws of their arithmetic, and pairs that need not be."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from benchmarks.studies.kernels.environments import (
    Declaration,
    Level,
    app,
    const,
    inductive,
    sort,
    theorem,
)

PARAMETERS = ("u", "v", "w")


def level(rng: Random, depth: int, parameters: tuple[str, ...] = PARAMETERS) -> Level:
    """A random level."""
    if depth == 0 or rng.random() < 0.2:
        leaves: list[Level] = [0, 1, 2, *parameters, *parameters]
        return rng.choice(leaves)
    kind = rng.choice(("succ", "max", "imax"))
    first = level(rng, depth - 1, parameters)
    return (kind, first) if kind == "succ" else (kind, first, level(rng, depth - 1, parameters))


def rewritten(rng: Random, at: Level) -> Level:
    """A level that is equal at all values of the parameters, by one law or several."""
    if isinstance(at, tuple):
        at = (at[0], *(rewritten(rng, part) for part in at[1:]))
    if rng.random() < 0.5:
        return at
    made: Level = rng.choice(_laws(at))
    return made


def _laws(at: Level) -> list[Level]:
    equal: list[Level] = [
        ("max", at, at),
        ("max", at, 0),
        ("max", 0, at),
        ("imax", 0, at),
        ("imax", at, at),
        ("max", at, ("imax", at, 0)),
        ("imax", 1, at),
    ]
    match at:
        case ("max", a, b):
            equal += [
                ("max", b, a),
                ("max", a, ("max", b, a)),
                ("max", ("max", b, a), b),
                ("max", at, ("imax", b, a)),
            ]
        case ("succ", ("max", a, b)):
            equal += [("max", ("succ", a), ("succ", b)), ("imax", ("succ", a), ("succ", b))]
        case ("succ", a):
            equal += [("max", a, at), ("imax", a, at), ("max", 1, at)]
        case ("imax", a, ("max", b, c)):
            equal += [("max", ("imax", a, b), ("imax", a, c))]
        case ("imax", a, ("imax", b, c)):
            equal += [("imax", ("max", a, b), c), ("max", ("imax", a, c), ("imax", b, c))]
        case ("imax", a, b):
            equal += [("imax", ("imax", a, b), b), ("max", b, at), ("imax", ("max", a, b), b)]
    return equal


def value(at: Level, parameters: Mapping[str, int]) -> int:
    """What a level is at values of its parameters."""
    match at:
        case int():
            return at
        case str():
            return parameters[at]
        case ("succ", a):
            return value(a, parameters) + 1
        case ("max", a, b):
            return max(value(a, parameters), value(b, parameters))
        case ("imax", a, b):
            last = value(b, parameters)
            return max(value(a, parameters), last) if last else 0
    raise TypeError(at)


def case(rng: Random) -> list[Declaration]:
    """An equation between universes, or a type whose universe must hold those of its fields."""
    one = level(rng, rng.randint(1, 4))
    other = rewritten(rng, one) if rng.random() < 0.7 else level(rng, rng.randint(1, 4))
    if rng.random() < 0.4:
        other, one = one, other
    if rng.random() < 0.5:
        return [_equation(one, other)]
    return [_container(rng, one, other)]


def _equation(one: Level, other: Level) -> Declaration:
    universe, type_ = ("succ", ("succ", one)), sort(("succ", one))
    claim = app(const("Eq", universe), type_, sort(one), sort(other))
    proof = app(const("Eq.refl", universe), type_, sort(one))
    return theorem("q.t", claim, proof, PARAMETERS)


def _container(rng: Random, one: Level, other: Level) -> Declaration:
    """`inductive q.T : Sort other | mk : Sort one → T` and the like."""
    target: Level = rng.choices((("succ", other), ("max", 1, other), other), (63, 27, 10))[0]
    made = const("q.T", *PARAMETERS)
    ctors = [("q.T.mk", ("pi", sort(one), made))]
    if rng.random() < 0.3:
        ctors.append(("q.T.more", ("pi", sort(rng.choice([one, 0])), made)))
    return inductive([("q.T", sort(target), ctors)], 0, PARAMETERS)
