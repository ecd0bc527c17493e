"""Facts about products, which linear arithmetic does not find by itself."""

from __future__ import annotations

import re

from prover.policies.tactic_families.view import View, WeightedTactics, shape, split_top

_PRODUCT = re.compile(r"(?<![\w.])([^\W\d][\w'₀-₉]*) \* ([^\W\d][\w'₀-₉]*)(?! \^)")
_POWER = re.compile(r"(?<![\w.])([^\W\d][\w'₀-₉]*) \^ (\d+)")
_GCD = re.compile(r"\(([^()]*)\)\.gcd \(([^()]*)\)")


def products(view: View) -> WeightedTactics:
    """Products of inequalities, and divisibility, as facts for `omega`."""
    (new,) = view.fresh("hp")
    known = set(view.naturals + view.integers)
    for a, b in dict.fromkeys(_PRODUCT.findall(view.text)):
        if {a, b} <= known:
            kind = "Nat" if a in view.naturals else "Int"
            positive = f"(show 0 < {a} by omega) (show 0 < {b} by omega)"
            yield f"have {new} := {kind}.mul_pos {positive}", 0.7
    for name, exponent in dict.fromkeys(_POWER.findall(view.text)):
        if name in view.naturals and exponent != "0":
            yield f"have {new} := Nat.le_self_pow (n := {exponent}) (by decide) {name}", 0.7
    yield from _of_facts(view, new)
    yield from _gcd(view)
    yield from _common_divisor(view)


def _of_facts(view: View, new: str) -> WeightedTactics:
    """Multiply inequalities."""
    if "*" not in view.text and "^" not in view.text:
        return
    inequalities = [f.name for f in view.facts if shape(f.type) in ("≤", "<", "≥", ">")][-3:]
    for i, a in enumerate(inequalities):
        if view.naturals:
            for name in view.naturals[-2:]:
                yield f"have {new} := Nat.mul_le_mul_left {name} {a}", 0.3
            for b in inequalities[i:]:
                yield f"have {new} := Nat.mul_le_mul {a} {b}", 0.3
        if view.integers:
            for b in inequalities[i:]:
                left, right = (f"Int.sub_nonneg_of_le {h}" for h in (a, b))
                yield f"have {new} := Int.mul_nonneg ({left}) ({right})", 0.3


_FACTORS = ((1, 1), (2, 1), (1, 2), (3, 1), (1, 3), (3, 2), (2, 3))


def _gcd(view: View) -> WeightedTactics:
    """The greatest common divisor divides both numbers, so it is at most their differences."""
    left, right, new = view.fresh("hl", "hr", "hd")
    for a, b in dict.fromkeys(_GCD.findall(view.text)):
        divides = (
            f"have {left} := Nat.gcd_dvd_left ({a}) ({b})\n"
            f"have {right} := Nat.gcd_dvd_right ({a}) ({b})"
        )
        yield divides, 1.0
        if ".gcd" in view.target:
            for one, other in ((left, right), (right, left)):
                for factors in _FACTORS:
                    difference = f"have {new} := {_at_most(one, other, *factors)}"
                    yield f"{divides}\n{difference}\nomega", 0.5


def _common_divisor(view: View) -> WeightedTactics:
    """What divides two numbers is at most their differences."""
    (new,) = view.fresh("hd")
    divided = [(f.name, split_top(f.type, " ∣ ")[0]) for f in view.facts if shape(f.type) == "∣"]
    for one, divisor in divided[-4:]:
        for other, same in divided[-4:]:
            if one != other and divisor == same:
                for factors in _FACTORS:
                    yield f"have {new} := {_at_most(one, other, *factors)}", 0.3


def _at_most(one: str, other: str, x: int, y: int) -> str:
    """From d ∣ a and d ∣ b: d ≤ x·a - y·b, where that is positive."""
    left = f"Nat.dvd_mul_left_of_dvd {one} {x}"
    right = f"Nat.dvd_mul_left_of_dvd {other} {y}"
    return f"Nat.le_of_dvd (by omega) (Nat.dvd_sub ({left}) ({right}))"
