"""Bounds for variables that have none: guessed from equations, proved from the contrary."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import ceil, log

from prover.policies.tactic_families.ranges import bounds
from prover.policies.tactic_families.view import (
    View,
    WeightedTactics,
    shape,
    sides,
    split_top,
    words,
)

_NUMERAL = re.compile(r"(?<![\w.])\d{1,9}(?![\w.])")
_POWER = re.compile(r"(?<![\w.])(\d{1,9}) \^ ([^\W\d][\w'₀-₉]*)")


def limits(view: View) -> WeightedTactics:
    """Bounds for numeric variables that have none, guessed from equations."""
    bounded = {name for name, _, _ in bounds(view)}
    guesses = {
        name: found
        for name in view.naturals + view.integers
        if name not in bounded and (found := _guesses(view, name))
    }
    new = iter(view.fresh(*["hb"] * len(guesses)))
    first = [_bound(view, next(new), name, found[0]) for name, found in guesses.items()]
    yield from ((lemma, 2.0) for lemma in first)
    if len(first) > 1:
        yield "\n".join(first), 2.0
    yield from _dividing_power(view)
    (other,) = view.fresh("hb")
    for name, found in guesses.items():
        for limit in found[1:3]:
            yield _bound(view, other, name, limit), 1.0


def _dividing_power(view: View) -> WeightedTactics:
    """How often a numeral divides another, where Lean can compute both."""
    contrary, power = view.fresh("hc", "hp")
    exponent, limit = sides(view.target)
    for fact in view.facts:
        match = _POWER.fullmatch(split_top(fact.type, " ∣ ")[0])
        if match and match[2] == exponent and limit.isdecimal() and view.shape == "≤":
            larger = f"(show {int(limit) + 1} ≤ {exponent} by omega)"
            divides = f"Nat.dvd_trans (Nat.pow_dvd_pow {match[1]} {larger}) {fact.name}"
            lines = [
                f"apply Classical.byContradiction; intro {contrary}",
                f"have {power} := {divides}",
                f"revert {power}; decide +kernel",
            ]
            yield "\n".join(lines), 3.0


def _guesses(view: View, name: str) -> list[int]:
    """Exclusive upper bounds of a variable, most likely first.

    With M the largest numeral of an equation: M + 1 where the variable occurs once, about the root
    of M where it is multiplied by itself, and about log M where it is an exponent.
    """
    base = _base(view, name)
    linear, roots = [], []
    for fact in view.facts:
        if shape(fact.type) != "=" or name not in words(fact.type):
            continue
        largest = max([int(n) for n in _NUMERAL.findall(fact.type)], default=0)
        degree = _degree(fact.type, name)
        if base > 1 and largest:
            return [int(log(largest, base)) + 1]
        if degree == 1 and 0 < largest <= 200:
            linear.append(largest + 1)
        elif degree > 1:
            roots.append(ceil(largest ** (1 / degree)) + 1)
    return list(dict.fromkeys(linear + [limit for limit in roots if 2 < limit <= 200]))


def _base(view: View, name: str) -> int:
    """The numeral that has the variable as exponent, or 0."""
    return next((int(base) for base, exponent in _POWER.findall(view.text) if exponent == name), 0)


def _degree(equation: str, name: str) -> int:
    """The greatest power of a variable in a polynomial, if it is printed as one."""
    escaped = re.escape(name)
    powers = [int(n) for n in re.findall(rf"(?<![\w.]){escaped} \^ (\d)\b", equation)]
    factors = re.findall(rf"(?<![\w.]){escaped}(?![\w'])", equation) if ") * " in equation else []
    return max([1, *powers, len(factors)])


def _bound(view: View, new: str, name: str, limit: int) -> str:
    """`new : name < limit`, for integers below -limit as well."""
    above = _lemma(view, new, f"{name} < {limit}", f"{limit} ≤ {name}", name)
    if name in view.naturals or any(f.type in (f"0 < {name}", f"0 ≤ {name}") for f in view.facts):
        return above
    below = _lemma(view, f"{new}n", f"-{limit} < {name}", f"{limit} ≤ -{name}", f"(-{name})")
    return f"{above}\n{below}"


def _lemma(view: View, new: str, claim: str, contrary: str, term: str) -> str:
    (opposite,) = view.fresh("hc")
    ways = "".join(f"    | {way}\n" for way in _ways(view, opposite, term))
    return (
        f"have {new} : {claim} := by\n"
        f"  apply Classical.byContradiction; intro {opposite}\n"
        f"  replace {opposite} : {contrary} := by omega\n"
        f"  first\n{ways}".rstrip()
    )


def _ways(view: View, contrary: str, term: str) -> Iterator[str]:
    """To a contradiction from `contrary`, which says that `term` is large."""
    yield "omega"
    if base := _base(view, term):
        power = f"Nat.pow_le_pow_right (show 0 < {base} by decide) {contrary}"
        yield f"(have := {power}; omega)"
        for other_base, other in _POWER.findall(view.text):
            if other != term:
                positive = f"Nat.pow_pos (n := {other}) (show 0 < {other_base} by decide)"
                yield f"(have := Nat.mul_le_mul ({power}) ({positive}); omega)"
                yield f"(have := Nat.mul_le_mul ({positive}) ({power}); omega)"
        return
    kind = "Nat" if term in view.naturals else "Int"
    names = view.naturals if kind == "Nat" else view.integers
    for other in [n for n in names if n not in term and n in view.words][-2:]:
        positive = f"(show 0 < {term} by omega) (show 0 < {other} by first | omega | grind)"
        yield f"(have := {kind}.mul_pos {positive}; first | omega | grind)"
        if kind == "Nat":
            yield f"(have := Nat.le_mul_of_pos_right {term} (show 0 < {other} by grind); grind)"
    if kind == "Nat":
        yield f"(have := Nat.pow_le_pow_left {contrary} 2; omega)"
        square, cube = f"Nat.mul_le_mul {contrary} {contrary}", "Nat.mul_le_mul h2 (Nat.le_refl _)"
    else:
        square = f"Int.mul_le_mul {contrary} {contrary} (by omega) (by omega)"
        positive = "(Int.mul_nonneg (by omega) (by omega))"
        cube = f"Int.mul_le_mul h2 (Int.le_refl {term}) (by omega) {positive}"
    yield f"(have h2 := {square}; have := {cube}; grind)"
