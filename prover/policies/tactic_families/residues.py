"""Number theory modulo small numbers."""

from __future__ import annotations

import re
from functools import lru_cache

from prover.policies.tactic_families.view import View, WeightedTactics, disjunction, shape

RULES = {
    "Nat": "Nat.pow_succ, Nat.mul_mod, Nat.add_mod, Nat.dvd_iff_mod_eq_zero",
    "Int": "Int.pow_succ, Int.mul_emod, Int.add_emod, Int.sub_emod, Int.dvd_iff_emod_eq_zero",
}
"""They bring `%` down to the variables."""

_POWER = re.compile(r"(?<![\w.])(\d{1,9}) \^ (?:([^\W\d][\w'₀-₉]*)|\(([^()]*)\))")


def residues(view: View) -> WeightedTactics:
    """Case distinctions modulo small numbers, and cycles of powers."""
    if view.moduli:
        yield from _split(view, "Nat", view.naturals)
        yield from _split(view, "Int", view.integers)
    yield from _powers(view)


def _split(view: View, kind: str, names: list[str]) -> WeightedTactics:
    """Distinguish the residues of a variable."""
    known = [f.name for f in view.facts if "%" in f.type and shape(f.type) == "="]
    if names and known:
        yield f"simp [{RULES[kind]}, {', '.join(known)}]", 1.5
    for name in [n for n in names if n in view.words][-3:]:
        for modulus in [m for m in view.moduli if m <= 12][:2]:
            (new,) = view.fresh("h")
            cases = disjunction(f"{name} % {modulus} = {r}" for r in range(modulus))
            split = f"rcases (by omega : {cases}) with {' | '.join([new] * modulus)}"
            yield f"{split} <;> simp [{RULES[kind]}, {new}]", 2.0
            yield f"{split} <;> simp_all [{RULES[kind]}]", 1.0
            yield f"{split} <;> simp [{RULES[kind]}, {new}] <;> omega", 1.0
            yield f"{split} <;> omega", 0.5
            yield split, 0.3


def _powers(view: View) -> WeightedTactics:
    """Facts about powers of a numeral whose exponent varies."""
    found = {(int(base), name or inner) for base, name, inner in _POWER.findall(view.text)}
    for base, exponent in sorted(found):
        names = [n for n in view.naturals if re.search(rf"\b{re.escape(n)}\b", exponent)]
        if len(names) != 1 or base < 2:
            continue
        (new,) = view.fresh("hp")
        yield f"have {new} := Nat.pow_pos (n := {exponent}) (show 0 < {base} by decide)", 0.7
        if base == 2:
            yield f"have {new} := @Nat.lt_two_pow_self ({exponent})", 1.0
        for modulus in [m for m in view.moduli if m <= 100][:3]:
            lemma = _cycle_lemma(view, base, modulus, names[0])
            if lemma:
                yield f"{lemma}\nomega", 2.0
                yield lemma, 1.0


@lru_cache(maxsize=256)
def cycle(base: int, modulus: int) -> tuple[tuple[int, ...], int]:
    """(r, s) with r[i] = base^i mod modulus; r[s:] repeats for ever."""
    powers: list[int] = []
    power = 1 % modulus
    while power not in powers:
        powers.append(power)
        power = power * base % modulus
    return tuple(powers), powers.index(power)


def _cycle_lemma(view: View, base: int, modulus: int, name: str) -> str:
    """How the residues of base ^ name repeat, proved by induction.  Empty when there are many."""
    powers, start = cycle(base, modulus)
    if len(powers) > 24:
        return ""
    period = len(powers) - start
    new, positive, step, hypothesis = view.fresh("hc", "hp", "k", "ih")
    cases = [f"k = {i} ∧ {base} ^ k % {modulus} = {powers[i]}" for i in range(start)]
    for i in range(start, len(powers)):
        late = f"{start} ≤ k ∧ " if start else ""
        place = f"k % {period} = {i % period}"
        cases.append(f"{late}{place} ∧ {base} ^ k % {modulus} = {powers[i]}")
    return (
        f"have {new} : ∀ k : Nat, {disjunction(cases)} := by\n"
        f"  intro k\n"
        f"  induction k with\n"
        f"  | zero => simp\n"
        f"  | succ {step} {hypothesis} =>\n"
        f"    rcases {hypothesis} with {' | '.join([hypothesis] * len(powers))}\n"
        f"    <;> simp [Nat.pow_succ, Nat.mul_mod, Nat.add_mod, {hypothesis}] <;> omega\n"
        f"replace {new} := {new} {name}\n"
        f"have {positive} := Nat.pow_pos (n := {name}) (show 0 < {base} by decide)"
    )
