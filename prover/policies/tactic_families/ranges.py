"""Variables that take finitely many values."""

from __future__ import annotations

import re
from collections.abc import Iterator

from prover.policies.tactic_families.automation import closing
from prover.policies.tactic_families.view import (
    View,
    WeightedTactics,
    conjuncts,
    disjunction,
    shape,
    sides,
    split_top,
)

_NUMERAL = re.compile(r"-?\d{1,9}")


def ranges(view: View) -> WeightedTactics:
    """Enumeration of the values of bounded variables and of divisors."""
    if not (view.naturals or view.integers):
        return
    found = list(bounds(view))
    for name, low, high in found:
        yield from _values(view, name, low, high)
    yield from _decide(view, found)
    yield from _divisors(view)
    smaller, greater = sides(view.target)
    if _NUMERAL.fullmatch(smaller) and greater in view.naturals:
        (contrary,) = view.fresh("hc")
        negation = f"{greater} {'<' if view.shape in '≤≥' else '≤'} {smaller}"
        assume = f"apply Classical.byContradiction; intro {contrary}"
        yield f"{assume}; replace {contrary} : {negation} := by omega", 2.0


def bounds(view: View) -> Iterator[tuple[str, int, int]]:
    """(variable, least, greatest value), as far as facts say both."""
    low: dict[str, int] = dict.fromkeys(view.naturals, 0)
    high: dict[str, int] = {}
    known = set(view.naturals + view.integers)
    for part in (p for fact in view.facts for p in conjuncts(fact.type)):
        smaller, greater = sides(part)
        strict = shape(part) in ("<", ">")
        if greater in known and _NUMERAL.fullmatch(smaller):
            low[greater] = max(low.get(greater, int(smaller)), int(smaller) + strict)
        elif smaller in known and _NUMERAL.fullmatch(greater):
            high[smaller] = min(high.get(smaller, int(greater)), int(greater) - strict)
    for name, greatest in high.items():
        if name in low and low[name] <= greatest:
            yield name, low[name], greatest


def _values(view: View, name: str, low: int, high: int) -> WeightedTactics:
    """Go through the values."""
    width = high - low + 1
    if width <= 12:
        cases = disjunction(f"{name} = {value}" for value in range(low, high + 1))
        split = f"rcases (by omega : {cases}) with {' | '.join(['rfl'] * width)}"
        yield split, 2.0
        for tactic, weight in closing(view):
            yield f"{split} <;> {tactic}", 2.0 * weight
    elif width <= 150:
        for tactic, weight in (("omega", 3.0), ("simp_all", 0.5), ("grind", 1.0)):
            yield _one_by_one(view, name, low, width, tactic), weight


def _one_by_one(view: View, name: str, low: int, width: int, tactic: str) -> str:
    """From `low` upwards, each value closed by `tactic`: cheaper than one long disjunction."""
    kind = "Nat" if name in view.naturals else "Int"
    (bound,) = view.fresh("hb")
    return (
        f"have {bound} : {low} ≤ {name} := by omega\n"
        f"iterate {width}\n"
        f"  rcases {kind}.lt_or_eq_of_le {bound} with {bound} | {bound}\n"
        f"  rotate_left\n"
        f"  · subst {bound}; {tactic}\n"
        f"  replace {bound} := {kind}.add_one_le_of_lt {bound}\n"
        f"  simp only [{kind}.reduceAdd] at {bound}\n"
        f"omega"
    )


def _decide(view: View, found: list[tuple[str, int, int]]) -> WeightedTactics:
    """Let Lean compute all cases, where all variables are bounded natural numbers."""
    names = [v.name for v in view.variables]
    highest = {name: high for name, _, high in found if name in view.naturals}
    cases = 1
    for name in names:
        cases *= highest.get(name, 10**9) + 1
    if not names or cases > 6_000:
        return
    facts = " ".join(fact.name for fact in view.facts)
    limits = view.fresh(*["hb"] * len(names))
    lines = [
        f"have {limit} : {name} < {highest[name] + 1} := by omega"
        for name, limit in zip(names, limits, strict=True)
    ]
    lines.append(f"revert {facts}")
    for name, limit in reversed(list(zip(names, limits, strict=True))):
        lines.append(f"revert {limit}; revert {name}")
    yield "\n".join([*lines, "decide +kernel"]), 3.0


def _divisors(view: View) -> WeightedTactics:
    """The factors of a numeral."""
    for fact in view.facts:
        product, numeral = split_top(fact.type, " = ")
        left, right = split_top(product, " * ")
        if not _NUMERAL.fullmatch(numeral) or not 1 < int(numeral) <= 2000:
            continue
        values = [d for d in range(1, int(numeral) + 1) if int(numeral) % d == 0]
        for name, divides in (
            (left, f"⟨{right}, {fact.name}.symm⟩"),
            (right, f"⟨{left}, by rw [Nat.mul_comm]; exact {fact.name}.symm⟩"),
        ):
            if name in view.naturals:
                split = _one_of(view, name, divides, int(numeral), values)
                yield f"{split} <;> omega", 3.0
                yield f"{split} <;> simp_all", 0.5


def _one_of(view: View, name: str, divides: str, numeral: int, values: list[int]) -> str:
    """Distinguish which of `values`, the divisors of `numeral`, a variable is."""
    (key,) = view.fresh("hd")
    return (
        f"have {key} : ∀ d : Nat, d < {numeral + 1} → d ∣ {numeral} → d ∈ {values} := by\n"
        f"  decide +kernel\n"
        f"replace {key} := {key} {name}"
        f" (Nat.lt_succ_of_le (Nat.le_of_dvd (by decide) {divides})) {divides}\n"
        f"simp only [List.mem_cons, List.not_mem_nil, or_false] at {key}\n"
        f"rcases {key} with {' | '.join(['rfl'] * len(values))}"
    )
