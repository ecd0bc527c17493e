"""Proofs in the readable style, found and accepted on real Lean."""

from __future__ import annotations

import pytest

from lean_env.gate.verifier import Verifier
from lean_env.pool import LeanPool
from lean_env.types import Tactic
from prover.types import Style, TheoremStatus
from tests.support.prepared import Prepared, run

HEADER = """inductive Tree where
  | leaf : Tree
  | node : Tree → Nat → Tree → Tree

def Tree.mirror : Tree → Tree
  | leaf => leaf
  | node l x r => node r.mirror x l.mirror

def double : Nat → Nat
  | 0 => 0
  | n + 1 => double n + 2

def sum : List Nat → Nat
  | [] => 0
  | x :: xs => x + sum xs
"""

RESIDUES = (
    "rcases (by omega : n % 5 = 0 ∨ n % 5 = 1 ∨ n % 5 = 2 ∨ n % 5 = 3 ∨ n % 5 = 4) "
    "with h | h | h | h | h <;> "
    "simp [Nat.pow_succ, Nat.mul_mod, Nat.add_mod, Nat.dvd_iff_mod_eq_zero, h]"
)
LEMMAS = (
    "simp only [Nat.mul_add, Nat.add_mul, Nat.add_zero, Nat.mul_assoc, Nat.add_assoc, "
    "Nat.mul_one, Nat.one_mul, Nat.zero_add]"
)

CASES: dict[str, tuple[str, list[tuple[str, Tactic]], str]] = {
    "what proves a case is in its arm": (
        "theorem t (n : Nat) : double n = 2 * n",
        [
            ("ih", "simp only [double, ih]; omega"),
            ("case zero", "rfl"),
            ("", "induction n with\n| zero => ?_\n| succ n_1 ih => ?_"),
        ],
        """
induction n with
| zero => rfl
| succ n ih =>
  simp only [double, ih]
  omega""",
    ),
    "a chain is divided": (
        "theorem t (xs ys : List Nat) : sum (xs ++ ys) = sum xs + sum ys",
        [("", "induction xs <;> simp_all [sum] <;> omega")],
        """
induction xs with
| nil => simp_all [sum]
| cons x xs ih =>
  simp_all [sum]
  omega""",
    ),
    "variables that an induction is about stay general": (
        "theorem t (xs : List Nat) (k : Nat) : xs.foldl (· + ·) k = k + sum xs",
        [("", "induction xs generalizing k <;> simp_all [sum] <;> omega")],
        """
induction xs generalizing k with
| nil => simp_all [sum]
| cons x xs ih =>
  simp_all [sum]
  omega""",
    ),
    "bullets of an elimination become arms": (
        "theorem t (o : Option Nat) : o.or none = o",
        [("case", "rfl"), ("", "cases o")],
        """
cases o with
| none => rfl
| some x => rfl""",
    ),
    "an alternative": (
        "theorem t (p q : Prop) (h : p ∨ q) : q ∨ p",
        [("case inl", "right; assumption"), ("case inr", "left\nassumption"), ("", "cases h")],
        """
cases h with
| inl hp =>
  right
  assumption
| inr hq =>
  left
  assumption""",
    ),
    "a conjunction": (
        "theorem t (p q : Prop) (h : p ∧ q) : q ∧ p",
        [("∧ q\n", "cases h"), ("", "constructor <;> assumption")],
        """
obtain ⟨hp, hq⟩ := h
constructor
· assumption
· assumption""",
    ),
    "an existential": (
        "theorem t (f : Nat → Nat) (h : ∃ n, f n = 0) : ∃ m, f m + 1 = 1",
        [("h : ∃", "cases h"), ("", "exact ⟨_, congrArg (· + 1) (by assumption)⟩")],
        """
obtain ⟨n, hn⟩ := h
exact ⟨_, congrArg (· + 1) (by assumption)⟩""",
    ),
    "a structure": (
        "theorem t (n : Nat) : ∀ xs : Vector Nat n, xs.toArray.size = n",
        [("⊢ ∀", "intro xs_1"), ("", "induction xs_1 <;> simp_all")],
        """
intro xs
obtain ⟨xs, h⟩ := xs
simp_all""",
    ),
    "cases in cases": (
        "theorem t (xs ys : List Nat) (h : xs ++ ys = []) : xs = ys",
        [("", "cases xs <;> cases ys <;> simp_all")],
        """
cases xs with
| nil =>
  cases ys with
  | nil => simp_all
  | cons x ys => simp_all
| cons x xs =>
  cases ys with
  | nil => simp_all
  | cons y ys => simp_all""",
    ),
    "a type of the user's own": (
        "theorem t (t : Tree) : t.mirror.mirror = t",
        [("", "induction t <;> simp_all [Tree.mirror]")],
        """
induction t with
| leaf => simp_all [Tree.mirror]
| node t₁ n t₂ ih₁ ih₂ => simp_all [Tree.mirror]""",
    ),
    "a predicate whose arms take no implicit fields": (
        "theorem t (a b : Nat) (h : a ≤ b) : 2 * a ≤ 2 * b",
        [("", "induction h <;> omega")],
        """
induction h with
| refl => omega
| step hm ih => omega""",
    ),
    "successive intros": (
        "theorem t : ∀ (α : Type) (xs : List α) (n : Nat), n = 0 → xs.drop n = xs",
        [
            ("⊢ ∀ (α", "intro α"),
            ("⊢ ∀ (xs", "intro xs"),
            ("⊢ ∀ (n", "intro n_1 h_1_2"),
            ("", "simp [h_1_2]"),
        ],
        """
intro α xs n h
simp [h]""",
    ),
    "a long list of lemmas": (
        "theorem t (a b c d : Nat) : a * (b + c) * d + 0 = a * b * d + a * c * d",
        [("", LEMMAS)],
        """
simp only [Nat.mul_add, Nat.add_mul, Nat.add_zero, Nat.mul_assoc, Nat.add_assoc, Nat.mul_one,
  Nat.one_mul, Nat.zero_add]""",
    ),
    "a long chain": (
        "theorem t (n : Nat) : n ^ 2 % 5 ≠ 3",
        [("", RESIDUES)],
        """
rcases (by omega : n % 5 = 0 ∨ n % 5 = 1 ∨ n % 5 = 2 ∨ n % 5 = 3 ∨ n % 5 = 4)
    with h | h | h | h | h <;>
  simp [Nat.pow_succ, Nat.mul_mod, Nat.add_mod, Nat.dvd_iff_mod_eq_zero, h]""",
    ),
    "names in a pattern": (
        "theorem t (p q r : Prop) (h : p ∧ (q ∨ r)) : (p ∧ q) ∨ (p ∧ r)",
        [("case", "simp_all"), ("", "rcases h with ⟨h_1, h_2 | h_2⟩")],
        """
rcases h with ⟨h, h' | h'⟩
· simp_all
· simp_all""",
    ),
    "names beyond ASCII": (
        "theorem t (ε δ : Nat) (hε : 0 < ε) : δ < δ + ε",
        [("case", "omega"), ("", "cases ε with | zero => ?_ | succ ε_1 => ?_")],
        """
cases ε with
| zero => omega
| succ ε => omega""",
    ),
    "a proof found under other names": (
        "theorem t : (∀ n m : Nat, n = m → m = n) ∧ (∀ a b : Nat, a = b → b = a) ∧ True",
        [
            ("⊢ (∀ (n m", "refine ⟨?_, fun a b => ?_, trivial⟩"),
            ("⊢ ∀ (n m", "intro n m h"),
            ("⊢ a = b → b = a", "revert a b; intro a b g"),
            ("= ", "exact h.symm"),
        ],
        """
refine ⟨?_, fun a b => ?_, trivial⟩
· intro n m h
  exact h.symm
· revert a b
  intro a b g
  exact g.symm""",
    ),
    "goals that share a metavariable": (
        "theorem t : ∃ n : Nat, 1 = 1 ∧ n + 2 = 5",
        [
            ("∃", "refine ⟨?_, ?_, ?_⟩"),
            ("⊢ 1 = 1", "rfl"),
            ("⊢ Nat\n", "exact 3"),
            ("⊢ 3 + 2 = 5", "decide"),
        ],
        """
refine ⟨?_, ?_, ?_⟩
rotate_left
· rfl
rotate_left
exact 3
decide""",
    ),
    "a lemma on the way": (
        "theorem t (a b c d : Nat) (h : a ≤ b) (h' : c ≤ d) : a + c + (a + c) ≤ b + d + (b + d)",
        [
            (
                "",
                "have h_1 : a + c ≤ b + d ∧ a + c + (a + c) ≤ b + d + (b + d) := by "
                "exact ⟨Nat.add_le_add h h', by omega⟩\nexact h_1.2",
            )
        ],
        """
have h₁ : a + c ≤ b + d ∧ a + c + (a + c) ≤ b + d + (b + d) := by
  exact ⟨Nat.add_le_add h h', by omega⟩
exact h₁.2""",
    ),
    "tactics that name hypotheses by their place": (
        "theorem t (n : Nat) (p q : Prop) (h : p ∧ q) : q ∧ n = n",
        [
            ("case zero", "constructor <;> grind"),
            ("case succ\n", "cases h"),
            ("case succ.intro", "rename_i hp hq; exact ⟨hq, rfl⟩"),
            ("", "cases n with | zero => ?_ | succ n_1 => ?_"),
        ],
        """
cases n with
| zero =>
  constructor
  · grind
  · grind
| succ n =>
  cases h
  rename_i hp hq
  exact ⟨hq, rfl⟩""",
    ),
}


@pytest.mark.parametrize("case", CASES)
async def test_the_readable_form_is_accepted(pool: LeanPool, verifier: Verifier, case: str) -> None:
    statement, tactics, expected = CASES[case]
    result = await run(
        pool, verifier, statement, Prepared(*tactics), header=HEADER, style=Style.READABLE
    )
    assert result.status is TheoremStatus.PROVED, result.verdict
    assert result.proof == statement + " := by" + expected.replace("\n", "\n  ")


async def test_the_compact_form_has_the_tactics_as_they_ran(
    pool: LeanPool, verifier: Verifier
) -> None:
    statement, tactics, _ = CASES["cases in cases"]
    result = await run(pool, verifier, statement, Prepared(*tactics), style=Style.COMPACT)
    assert result.proof == f"{statement} := by\n  {tactics[0][1]}"


async def test_parts_stay_compact_where_the_readable_form_is_not_a_proof(
    pool: LeanPool, verifier: Verifier
) -> None:
    """Two hypotheses would be called `h`, the first of which `simp` needs by its old name."""
    statement = "theorem t (p q : Prop) : (p → q → p) ∧ (p ∨ q → q ∨ p)"
    policy = Prepared(
        ("⊢ p → q → p", "intro h_1 q_1; (exact open Nat in by simpa using «h_1»)"),
        ("⊢ p ∨ q → q ∨ p", "intro h_1"),
        ("h_1 : p ∨ q", "cases h_1 <;> simp_all"),
        ("∧", "constructor"),
    )
    result = await run(pool, verifier, statement, policy, style=Style.READABLE)
    assert result.status is TheoremStatus.PROVED, result.verdict
    compact = "  · intro h_1 q_1; (exact open Nat in by simpa using «h_1»)\n"
    readable = "  · intro h\n    cases h with\n    | inl hp => simp_all\n    | inr hq => simp_all"
    assert result.proof == f"{statement} := by\n  constructor\n{compact}{readable}"
    assert len(result.tactics) == 4


async def test_a_proof_inside_another_has_its_lines_broken_for_its_place(
    pool: LeanPool, verifier: Verifier
) -> None:
    statement = (
        "theorem t (a b c d : Nat) : a * (b + c) * d + 0 = a * b * d + a * c * d ∧ True := by\n"
        "  constructor\n  · show _\n    rotate_left 0\n    first\n      | sorry\n  · trivial"
    )
    result = await run(pool, verifier, statement, Prepared(("", LEMMAS)), style=Style.READABLE)
    assert result.status is TheoremStatus.PROVED, result.verdict
    assert "\n  · trivial" in result.proof
    assert max(map(len, result.proof.split("\n"))) <= 100
