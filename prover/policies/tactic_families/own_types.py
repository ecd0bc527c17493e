"""Induction on what the file's own inductive types and predicates are about."""

from __future__ import annotations

from prover.policies.tactic_families.automation import simp_set
from prover.policies.tactic_families.view import View, WeightedTactics

MOST = 3
"""How many variables, and how many hypotheses, are looked at, the latest first."""


def own_types(view: View) -> WeightedTactics:
    """Induction and cases with all cases closed in the same go, with what the file declares."""
    named = [*view.definitions, *view.theorems]
    if view.theorems:
        yield f"grind [{', '.join(named)}]", 4.0
        yield f"simp_all [{', '.join(named)}]", 2.0
    variables = [v for v in view.variables if v.value is None and v.name in view.target_words]
    for variable in variables[-MOST:]:
        if view.has_own_type(variable):
            others = [v.name for v in variables if v is not variable]
            yield from _variable(view, variable.name, others, named)
        elif view.theorems:
            yield f"induction {variable.name} <;> grind [{', '.join(named)}]", 2.0
    for fact in view.facts[-MOST:]:
        if view.has_own_type(fact):
            predicate = fact.type.split(" ", 1)[0]
            yield f"induction {fact.name} <;> grind [{', '.join([predicate, *named])}]", 3.0
            yield f"cases {fact.name} <;> grind [{', '.join([predicate, *named])}]", 1.5


def _variable(view: View, name: str, others: list[str], named: list[str]) -> WeightedTactics:
    lemmas = simp_set(view)
    closing = [(f"simp_all [{lemmas}]" if lemmas else "simp_all", 3.0)]
    closing.append((f"grind [{', '.join(named)}]" if named else "grind", 3.0))
    for tactic, weight in closing:
        yield f"induction {name} <;> {tactic}", weight
        yield f"cases {name} <;> {tactic}", 0.5 * weight
        if others:
            general = f"generalizing {' '.join(others)}"
            yield f"induction {name} {general} <;> {tactic}", 0.5 * weight
