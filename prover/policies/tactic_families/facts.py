"""Tactics that use hypotheses."""

from __future__ import annotations

from lean_env.types import Hypothesis
from prover.policies.tactic_families.automation import closing, simp_set
from prover.policies.tactic_families.view import (
    View,
    WeightedTactics,
    binders,
    shape,
    sides,
    split_top,
)

MOST = 8
"""How many hypotheses are looked at, the latest first."""


def facts(view: View) -> WeightedTactics:
    """Tactics that rewrite with, apply or take apart the last hypotheses."""
    yield from _names(view)
    for rank, fact in enumerate(reversed(view.facts[-MOST:])):
        favour = 1.0 / (1.0 + 0.2 * rank)
        for tactic, weight in _one(view, fact):
            yield tactic, weight * favour
    for fact in view.facts[-MOST:]:
        yield from _rewriting_others(view, fact)


def _names(view: View) -> WeightedTactics:
    """Give names to what has none."""
    hidden = [h for h in view.goal.hypotheses if not h.accessible and not h.is_instance]
    if hidden:
        names = view.fresh(*["h" if h.is_prop else "x" for h in hidden])
        yield f"rename_i {' '.join(names)}", 6.0


def _one(view: View, fact: Hypothesis) -> WeightedTactics:
    name, kind = fact.name, shape(fact.type)
    if kind in ("∧", "∨", "∃", "∣"):
        yield from _taken_apart(view, fact, kind)
    elif kind == "=":
        yield from _equation(view, fact)
    elif kind == "↔":
        yield f"rw [{name}]", 1.0
        yield f"rw [← {name}]", 0.5
        yield f"apply {name}.mpr", 0.7
        yield f"apply {name}.mp", 0.7
    elif kind in ("∀", "→"):
        yield f"apply {name}", 3.0
        yield f"rw [{name}]", 1.0
        yield f"simp [{name}]", 1.0
        yield from _instances(view, fact, kind)
    elif kind in ("¬", "≠"):
        yield f"apply {name}", 1.0 if view.shape == "False" else 0.3
    elif kind in ("≤", "<", "≥", ">"):
        yield from _bound(view, fact)
    else:
        yield f"cases {name}", 2.0
        yield f"cases {name} <;> simp_all", 1.0
        yield f"induction {name} <;> simp_all", 0.5
    lemmas = simp_set(view)
    yield f"simp [{lemmas}, *] at {name}" if lemmas else f"simp [*] at {name}", 0.5
    yield f"revert {name}", 0.1


def _taken_apart(view: View, fact: Hypothesis, kind: str) -> WeightedTactics:
    name = fact.name
    if kind == "∧":
        left, right = view.fresh(f"{name}l", f"{name}r")
        yield f"obtain ⟨{left}, {right}⟩ := {name}", 8.0
    elif kind == "∨":
        yield f"rcases {name} with {name} | {name}", 8.0
        yield f"rcases {name} with {name} | {name} <;> simp_all", 2.0
    elif kind == "∃":
        names = view.fresh(*(binders("∀" + fact.type[1:]) or ["x"]))
        yield f"obtain ⟨{', '.join(names)}, {name}⟩ := {name}", 8.0
    else:
        (factor,) = view.fresh("c")
        yield f"obtain ⟨{factor}, {name}⟩ := {name}", 2.0


def _equation(view: View, fact: Hypothesis) -> WeightedTactics:
    name = fact.name
    left, right = split_top(fact.type, " = ")
    variables = {v.name for v in view.variables}
    if left in variables or right in variables:
        yield f"subst {name}", 6.0
    else:
        yield f"cases {name}", 0.5
        yield f"injection {name}", 0.2
    yield f"rw [{name}]", 2.0
    yield f"rw [← {name}]", 1.0
    yield f"simp [{name}]", 0.5
    yield f"simp [← {name}]", 0.3
    if view.shape == "=":
        yield f"exact {name}.symm", 0.3


def _instances(view: View, fact: Hypothesis, kind: str) -> WeightedTactics:
    """A universal fact at the variables and the small numerals."""
    (new,) = view.fresh("h")
    if kind == "→":
        yield f"have {new} := {fact.name} (by assumption)", 0.5
        return
    for variable in view.variables[-4:]:
        yield f"have {new} := {fact.name} {variable.name}", 0.7
    if view.naturals or view.arithmetic:
        for number in list(dict.fromkeys([0, 1, *view.numerals[:4]]))[:5]:
            yield f"have {new} := {fact.name} {number}", 0.5


def _bound(view: View, fact: Hypothesis) -> WeightedTactics:
    """Induction from the lower bound of a variable."""
    name, (low, high) = fact.name, sides(fact.type)
    if high in view.naturals and low not in view.naturals:
        new, induction = view.fresh("k", "ih")
        yield f"induction {name} with\n| refl => ?_\n| @step {new} {name} {induction} => ?_", 3.0
        for tactic, weight in closing(view):
            yield f"induction {name} <;> {tactic}", weight


def _rewriting_others(view: View, fact: Hypothesis) -> WeightedTactics:
    if shape(fact.type) == "=":
        for other in view.facts[-4:]:
            if other is not fact:
                yield f"rw [{fact.name}] at {other.name}", 0.3
