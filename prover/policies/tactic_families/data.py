"""Case distinction and induction on variables."""

from __future__ import annotations

import re

from lean_env.types import Hypothesis
from prover.policies.tactic_families.automation import closing
from prover.policies.tactic_families.view import INT, NAT, View, WeightedTactics

_SMALL = re.compile(r"(?:Bool|Option|Sum|Except|Fin|Sigma|Unit|Ordering|PUnit|Char|String)\b|.* × ")

MOST = 4
"""How many variables are looked at, the latest first."""


def data(view: View) -> WeightedTactics:
    """Case distinctions and inductions on the last variables of the goal."""
    for variable in list(reversed(view.variables))[:MOST]:
        favour = 1.0 if variable.name in view.target_words else 0.3
        if variable.value is None:
            for tactic, weight in _one(view, variable):
                yield tactic, weight * favour
    yield from _comparisons(view)
    yield from _pairs(view)


def _one(view: View, variable: Hypothesis) -> WeightedTactics:
    name, kind = variable.name, variable.type
    if kind in NAT:
        yield from _natural(view, name)
    elif kind in INT:
        (natural,) = view.fresh("n")
        yield f"obtain ⟨{natural}, rfl | rfl⟩ := Int.eq_nat_or_neg {name}", 0.7
        yield f"cases {name}", 0.3
    elif kind.startswith("List "):
        yield from _list(view, name)
    elif kind == "Prop":
        (new,) = view.fresh("h")
        yield f"by_cases {new} : {name}", 2.0
        yield f"by_cases {new} : {name} <;> simp_all", 2.0
    elif _SMALL.match(kind):
        yield f"cases {name}", 3.0
        yield f"cases {name} <;> simp_all", 3.0
        yield f"cases {name} <;> grind", 1.5
    elif "→" not in kind and not kind.startswith(("Type", "Sort")):
        yield f"cases {name}", 0.7
        yield f"induction {name} <;> simp_all", 0.7


def _natural(view: View, name: str) -> WeightedTactics:
    step, hypothesis = view.fresh("n", "ih")
    yield f"induction {name} with\n| zero => ?_\n| succ {step} {hypothesis} => ?_", 3.0
    yield f"cases {name} with\n| zero => ?_\n| succ {step} => ?_", 2.0
    strong = f"induction {name} using Nat.strongRecOn with"
    yield f"{strong}\n| ind {step} {hypothesis} => ?_", 0.7
    yield from _at_once(view, name)


def _list(view: View, name: str) -> WeightedTactics:
    head, tail, hypothesis = view.fresh("x", "xs", "ih")
    yield f"induction {name} with\n| nil => ?_\n| cons {head} {tail} {hypothesis} => ?_", 4.0
    yield f"cases {name} with\n| nil => ?_\n| cons {head} {tail} => ?_", 2.0
    others = [v.name for v in view.variables if v.name != name and v.name in view.words]
    if others:
        yield f"induction {name} generalizing {' '.join(others[-3:])} <;> simp_all", 1.0
    yield from _at_once(view, name)


def _at_once(view: View, name: str) -> WeightedTactics:
    """With all cases closed in the same go."""
    for tactic, weight in closing(view):
        yield f"induction {name} <;> {tactic}", 1.5 * weight
        yield f"cases {name} <;> {tactic}", weight


def _comparisons(view: View) -> WeightedTactics:
    (new,) = view.fresh("h")
    for names in (view.naturals, view.integers):
        used = [n for n in names if n in view.words][-3:]
        for i, a in enumerate(used):
            if a in view.naturals:
                yield f"rcases Nat.eq_zero_or_pos {a} with {new} | {new}", 0.7
            for b in used[i + 1 :]:
                yield f"rcases (by omega : {a} < {b} ∨ {b} ≤ {a}) with {new} | {new}", 0.4
                yield f"rcases (by omega : {a} ≤ {b} ∨ {b} ≤ {a}) with {new} | {new}", 0.3


def _pairs(view: View) -> WeightedTactics:
    """Case distinction on two numbers at once, as recursive definitions make it."""
    names = [n for n in view.naturals if n in view.target_words][-2:]
    if len(names) == 2 and view.definitions:
        for tactic, weight in closing(view):
            yield f"cases {names[0]} <;> cases {names[1]} <;> {tactic}", weight
