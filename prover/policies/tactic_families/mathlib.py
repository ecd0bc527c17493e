"""Mathlib's tactics, for headers that import Mathlib.

Weights are set by hand and were never measured: no Mathlib is installed where this is developed.
"""

from __future__ import annotations

import re
from itertools import combinations, islice

from prover.policies.tactic_families.view import View, WeightedTactics, conjuncts, shape, sides

_IMPORT = re.compile(r"^\s*(?:public\s+)?import\s+(?:all\s+)?Mathlib(?:\.|\s|$)", re.MULTILINE)
_ORDERED = ("ℝ", "Real", "ℚ", "Rat", "ℤ", "Int")
_INEQUALITIES = ("≤", "<", "≥", ">")
_SIGNS = re.compile(r"^(?:0 [<≤] |.* [>≥] 0$)")
MOST_HINTS = 6
"""Squares that `nlinarith` gets as hints: each multiplies its work."""


def mathlib(view: View) -> WeightedTactics:
    """Normalization, ordered fields, casts, and Mathlib's general automation."""
    if not _IMPORT.search(view.state.theorem.header):
        return
    yield from _normalization(view)
    yield from _inequalities(view)
    yield from _equations(view)
    yield from _casts(view)
    yield "aesop", 3.0
    yield "push_neg", 2.0 if "¬" in view.target else 0.2
    yield "by_contra! h", 0.5 if view.shape in (*_INEQUALITIES, "=", "≠", "∃", "∨") else 0.1
    yield "bound", 1.0 if view.shape in _INEQUALITIES else 0.1
    if re.search("[∑∏]", view.target):
        yield "simp [Finset.sum_range_succ, Finset.prod_range_succ]", 4.0
        yield "norm_num [Finset.sum_range_succ, Finset.prod_range_succ]", 3.0
        yield "rfl", 2.0
        yield "decide", 2.0


def _normalization(view: View) -> WeightedTactics:
    """`norm_num` by itself, with facts, and before a step that closes what it leaves."""
    yield "norm_num", 8.0 if view.numerals else 3.0
    yield "norm_num at *", 2.0
    yield "norm_num at * <;> linarith", 2.0
    for fact in view.facts[-4:]:
        yield f"norm_num at {fact.name}", 1.0
        yield f"norm_num [{fact.name}]", 1.0
    if view.naturals or view.moduli:
        yield "norm_num [Nat.factorial, Nat.choose]", 0.5
        yield "norm_num [Nat.ModEq]", 0.7 if "[MOD" in view.text else 0.1


def _inequalities(view: View) -> WeightedTactics:
    """Linear and nonlinear arithmetic over ordered fields, and signs."""
    if view.shape in _INEQUALITIES or view.target == "False":
        yield "linarith", 8.0
        yield "nlinarith", 3.0
        yield "gcongr", 1.5
        hints = [*_squares(view), *_products(view)]
        if hints:
            yield f"nlinarith [{', '.join(hints)}]", 5.0
            yield f"nlinarith [{', '.join(hints[:3])}]", 2.0
    if _SIGNS.match(view.target) or view.shape == "≠":
        yield "positivity", 6.0
    if view.shape == "∧" and any(shape(part) in _INEQUALITIES for part in conjuncts(view.target)):
        yield "constructor <;> linarith", 2.0
        yield "constructor <;> nlinarith", 1.0
    for name in view.naturals + view.integers:
        if any(_bounds(name, fact.type) for fact in view.facts):
            yield f"interval_cases {name}", 1.5
            yield f"interval_cases {name} <;> simp_all", 2.0
            yield f"interval_cases {name} <;> omega", 1.5


def _equations(view: View) -> WeightedTactics:
    """Identities of rings and fields, and combinations of equations."""
    divides = " / " in view.text or "⁻¹" in view.text
    if view.shape == "=":
        yield "ring", 8.0
        yield "ring_nf", 2.0
        yield "linarith", 4.0
        yield "nlinarith", 1.0
        if divides:
            yield "field_simp", 4.0
            yield "field_simp <;> ring", 4.0
        yield from _combinations(view)
    if divides:
        yield "field_simp at *", 1.0
        for fact in view.facts[-3:]:
            yield f"field_simp at {fact.name}", 0.7
    for fact in view.facts[-3:]:
        yield f"ring_nf at {fact.name} ⊢", 0.5


def _combinations(view: View) -> WeightedTactics:
    equations = [fact.name for fact in view.facts if shape(fact.type) == "="][-4:]
    for name in equations:
        yield f"linear_combination {name}", 2.0
        yield f"linear_combination -{name}", 0.7
        yield f"linear_combination 2 * {name}", 0.5
    for first, second in combinations(equations, 2):
        yield f"linear_combination {first} + {second}", 1.0
        yield f"linear_combination {first} - {second}", 1.0


def _casts(view: View) -> WeightedTactics:
    if "↑" not in view.text:
        return
    yield "push_cast", 2.0
    yield "push_cast at *", 1.0
    yield "push_cast <;> ring", 1.0
    yield "exact_mod_cast (by linarith)", 0.3
    if view.naturals:
        yield "zify at *", 0.5
    if view.integers or view.naturals:
        yield "qify at *", 0.2


def _squares(view: View) -> list[str]:
    """That squares of variables and of their differences are not negative."""
    names = [v.name for v in view.variables if v.type in _ORDERED and v.name in view.words][:4]
    differences = [f"sq_nonneg ({a} - {b})" for a, b in combinations(names, 2)]
    sums = [f"sq_nonneg ({a} + {b})" for a, b in combinations(names, 2)]
    alone = [f"sq_nonneg {name}" for name in names]
    return list(islice([*differences, *alone, *sums], MOST_HINTS))


def _products(view: View) -> list[str]:
    """That products of what is known to be positive are positive."""
    positive = [f.name for f in view.facts if sides(f.type)[0] == "0" and shape(f.type) in "<>"]
    return [f"mul_pos {a} {b}" for a, b in combinations(positive[:3], 2)]


def _bounds(name: str, fact: str) -> bool:
    """Whether a fact bounds a variable from above by a numeral."""
    smaller, greater = sides(fact)
    return smaller.strip("()") == name and greater.isdigit()
