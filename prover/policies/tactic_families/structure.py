"""Tactics for the outermost connective of the target."""

from __future__ import annotations

from prover.policies.tactic_families.view import INT, NAT, View, WeightedTactics, binders, split_top


def structure(view: View) -> WeightedTactics:
    """Introduction rules for the target's outermost connective."""
    kind = view.shape
    if kind in ("∀", "→"):
        names = view.fresh(*binders(view.target))
        yield f"intro {' '.join(names) or '_'}", 30.0
        if len(names) > 1:
            yield f"intro {names[0]}", 3.0
    elif kind in ("¬", "≠"):
        yield f"intro {view.fresh('h')[0]}", 10.0
    elif kind in ("∧", "↔"):
        yield "constructor", 15.0
        yield "constructor <;> simp_all", 1.0
        yield "constructor <;> grind", 1.0
    elif kind == "∨":
        yield "left", 2.0
        yield "right", 2.0
    elif kind == "∃":
        yield from _witnesses(view)
    elif kind == "=":
        yield from _equality(view)
    elif kind in ("≤", "<", "≥", ">"):
        yield "apply Nat.mul_le_mul_left" if view.naturals else "apply Int.mul_le_mul_left", 0.3
    elif kind == "∣":
        yield "refine ⟨_, rfl⟩", 0.3
    elif kind != "False":
        yield "constructor", 1.0
        yield f"intro {view.fresh('x')[0]}", 0.5
    yield from _indirect(view)
    yield from _other_goals(view)


def _witnesses(view: View) -> WeightedTactics:
    yield "refine ⟨_, rfl⟩", 1.0
    for variable in view.variables[-4:]:
        yield f"refine ⟨{variable.name}, ?_⟩", 1.0
    for number in list(dict.fromkeys([0, 1, 2, *view.numerals]))[:6]:
        yield f"refine ⟨{number}, ?_⟩", 1.0
    if split_top(view.target[1:], ",")[0].count("→"):
        for function in ("fun _ => 0", "fun x => x", "fun x => x + 1"):
            yield f"refine ⟨{function}, ?_⟩", 0.5
    yield "apply Exists.intro", 0.3


def _equality(view: View) -> WeightedTactics:
    if "fun " in view.target:
        yield "funext x", 2.0
    yield "ext", 1.0
    yield "congr", 0.7
    yield "congr 1", 0.5
    yield "symm", 0.2
    if view.naturals:
        yield "apply Nat.le_antisymm", 0.3


def _indirect(view: View) -> WeightedTactics:
    """Proofs by contradiction."""
    if view.shape not in ("¬", "≠", "False", "∀", "→"):
        yield f"apply Classical.byContradiction; intro {view.fresh('h')[0]}", 1.0
    if view.facts and view.shape != "False":
        yield "exfalso", 0.3


def _other_goals(view: View) -> WeightedTactics:
    """Where goals share metavariables, fix the data or begin with another goal."""
    if len(view.state.goals) == 1:
        return
    yield "rotate_left", 5.0
    for variable in view.variables:
        if variable.type == view.target:
            yield f"exact {variable.name}", 2.0
    if view.target in NAT + INT:
        for number in [0, 1, *view.numerals[:4]]:
            yield f"exact {number}", 1.0
