"""Whole proofs with the usual mistakes: how many become proofs by replay and search?

`make bench-repair` runs `wholeproof` on each of `CASES`, with a model that answers with the faulty
proof alone and the portfolio for what that leaves open, and prints what it proves within `CALLS`
Lean calls; and, to compare, what the portfolio proves without the faulty proof.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from lean_env.gate.verifier import Verifier
from lean_env.pool import LeanPool, PoolConfig
from lean_env.types import ProofState, Theorem
from prover.lean_setup import prepare_lean
from prover.pipeline import prove
from prover.policies.mixture import Mixture
from prover.policies.portfolio import Portfolio
from prover.search.best_first import BestFirst
from prover.search.wholeproof import WholeProof
from prover.types import Budget, Policy, Proposal, SearchAlgorithm, TheoremStatus

CALLS = 150
"""Lean calls of each theorem."""

SUM = "def total : List Nat → Nat\n  | [] => 0\n  | x :: xs => x + total xs\n"
TREE = (
    "inductive Tree where\n  | leaf\n  | node (l : Tree) (x : Nat) (r : Tree)\n"
    "def Tree.size : Tree → Nat\n  | leaf => 0\n  | node l _ r => l.size + 1 + r.size\n"
    "def Tree.flip : Tree → Tree\n  | leaf => leaf\n  | node l x r => node r.flip x l.flip\n"
)
TWICE = "def twice : Nat → Nat\n  | 0 => 0\n  | n + 1 => twice n + 2\n"
TRI = "def tri : Nat → Nat\n  | 0 => 0\n  | n + 1 => tri n + (n + 1)\n"

UNKNOWN, NAME, CASE, OPEN = "unknown lemma", "wrong hypothesis", "missing case", "unsolved goals"

CASES: tuple[tuple[str, str, str, str], ...] = (
    (UNKNOWN, SUM, "theorem a1 (xs ys : List Nat) : total (xs ++ ys) = total xs + total ys",
     "induction xs with\n| nil => simp [total]\n"
     "| cons x xs ih =>\n  rw [List.cons_append_eq]\n  simp [total, ih]\n  omega"),
    (UNKNOWN, SUM, "theorem a2 (xs : List Nat) : total (xs.map (· + 1)) = total xs + xs.length",
     "induction xs with\n| nil => exact total_nil_eq\n"
     "| cons x xs ih =>\n  simp [total, ih]\n  omega"),
    (UNKNOWN, TWICE, "theorem a3 (m n : Nat) : twice (m + n) = twice m + twice n",
     "induction n with\n| zero => exact twice_add_zero m\n"
     "| succ n ih =>\n  rw [← Nat.add_assoc]\n  simp only [twice]\n  omega"),
    (UNKNOWN, TREE, "theorem a4 (t : Tree) : t.flip.size = t.size",
     "induction t with\n| leaf => rfl\n"
     "| node l x r ihl ihr =>\n  simp only [Tree.flip, Tree.size, ihl, ihr]\n"
     "  exact Nat.add_swap_mid _ _"),
    (UNKNOWN, TRI, "theorem a5 (n : Nat) : 2 * tri n = n * (n + 1)",
     "induction n with\n| zero => rfl\n"
     "| succ n ih =>\n  have h : (n + 1) * (n + 1 + 1) = n * (n + 1) + 2 * (n + 1) := by\n"
     "    exact Nat.square_step n\n  rw [h, ← ih]\n  simp only [tri]\n  omega"),
    (NAME, SUM, "theorem b1 (xs : List Nat) : total (xs ++ [0]) = total xs",
     "induction xs with\n| nil => simp [total]\n| cons x xs ih => simp [total, hx]"),
    (NAME, TWICE, "theorem b2 (n : Nat) : twice n = n + n",
     "induction n with\n| zero => rfl\n| succ n ih =>\n  simp only [twice]\n  rw [hn]\n  omega"),
    (NAME, "", "theorem b3 (p q r : Prop) (hp : p → q) (hq : q → r) : (p → r) ∧ (p ∧ q → r ∧ p)",
     "constructor\n· intro h\n  exact hr (hp h)\n· intro h\n  exact ⟨hq h.2, h1.1⟩"),
    (NAME, TREE, "theorem b4 (t : Tree) : t.flip.flip = t",
     "induction t with\n| leaf => rfl\n| node l x r ihl ihr => simp only [Tree.flip, ih1, ih2]"),
    (NAME, "", "theorem b5 (a b c : Nat) (hab : a < b) (hbc : b < c) : ∃ d, a < d ∧ d < c",
     "refine ⟨b, ?_, ?_⟩\n· exact hab\n· exact h2"),
    (CASE, SUM, "theorem c1 (xs ys : List Nat) : total (xs ++ ys) = total (ys ++ xs)",
     "have h : ∀ us vs : List Nat, total (us ++ vs) = total us + total vs := by\n"
     "  intro us vs\n  induction us with\n"
     "  | cons u us ih =>\n    simp only [List.cons_append, total, ih]\n    omega\n"
     "rw [h, h]\nomega"),
    (CASE, TWICE, "theorem c2 (n : Nat) : twice n % 2 = 0",
     "induction n with\n| succ n ih =>\n  simp only [twice]\n  omega"),
    (CASE, TREE, "theorem c3 (t : Tree) : t.flip = .leaf → t = .leaf",
     "cases t with\n| node l x r =>\n  intro h\n  simp [Tree.flip] at h"),
    (CASE, "", "theorem c4 (p q : Prop) (h : p ∨ q) (hp : p → q) : q ∧ (q ∨ p)",
     "cases h with\n| inl a => exact ⟨hp a, Or.inl (hp a)⟩"),
    (CASE, TRI, "theorem c5 (n : Nat) : n ≤ tri n",
     "induction n with\n| succ n ih =>\n  simp only [tri]\n  omega"),
    (OPEN, SUM, "theorem d1 (xs ys : List Nat) : total xs ≤ total (xs ++ ys)",
     "induction xs with\n| nil => simp [total]\n"
     "| cons x xs ih => simp only [List.cons_append, total]"),
    (OPEN, TWICE, "theorem d2 (m n : Nat) (h : twice m = twice n) : m = n",
     "have e : ∀ k, twice k = 2 * k := by\n  intro k\n  induction k with\n  | zero => rfl\n"
     "  | succ k ih => simp only [twice]\nrw [e, e] at h"),
    (OPEN, TREE, "theorem d3 (t : Tree) : t.flip.size ≤ 2 * t.size",
     "have h : t.flip.size = t.size := by\n  induction t with\n  | leaf => rfl\n"
     "  | node l x r ihl ihr => simp only [Tree.flip, Tree.size, ihl, ihr]\nrw [h]"),
    (OPEN, TRI, "theorem d4 (n : Nat) : tri n ≤ tri (n + 1) ∧ tri n ≤ n * n",
     "constructor\n· simp only [tri]\n· induction n with\n  | zero => rfl\n"
     "  | succ n ih =>\n    simp only [tri]\n    rw [Nat.add_mul, Nat.mul_add]"),
    (OPEN, "",
     "theorem d5 (xs : List Nat) (h : xs ≠ []) : ∃ y ys, xs = y :: ys ∧ ys.length < xs.length",
     "cases xs with\n| nil => exact absurd rfl h\n| cons x xs => refine ⟨x, xs, rfl, ?_⟩"),
)  # fmt: skip
"""The mistake, a header, a statement, and a proof with the mistake."""


class OneAnswer:
    """A model that answers with the same proof for each theorem, and with nothing else."""

    def __init__(self, proof: str) -> None:
        self._proof = proof

    async def propose(self, states: Sequence[ProofState], k: int) -> list[list[Proposal]]:
        """The proof for first states."""
        proof = Proposal(self._proof, -0.1, "model")
        return [[proof][:k] if state.origin is None else [] for state in states]


async def proves(
    pool: LeanPool, verifier: Verifier, case: tuple[str, str, str, str], *, given: bool
) -> tuple[bool, int]:
    """Prove a case, with the faulty proof or without.

    Returns:
        Whether the gate accepts a proof, and how many Lean calls were used.
    """
    _, header, statement, proof = case
    policy: Policy = Portfolio()
    search: SearchAlgorithm = BestFirst()
    if given:
        policy, search = Mixture([(OneAnswer(proof), 1.0), (policy, 1.0)]), WholeProof()
    result = await prove(
        Theorem(statement=statement, header=header, name=statement.split()[1]),
        env=pool,
        verifier=verifier,
        policy=policy,
        algorithm=search,
        budget=Budget(seconds=120, lean_calls=CALLS),
    )
    return result.status is TheoremStatus.PROVED, result.stats.lean_calls


async def study() -> None:
    """Print, for each case, whether it is proved with the faulty proof and without."""
    _, launch = prepare_lean("embedded", [], lambda: False)
    async with LeanPool(launch, PoolConfig(workers=1)) as pool, Verifier(launch) as verifier:
        repaired = alone = 0
        for case in CASES:
            mended, calls = await proves(pool, verifier, case, given=True)
            without, other = await proves(pool, verifier, case, given=False)
            repaired, alone = repaired + mended, alone + without
            outcome = "repaired" if mended else "open"
            print(
                f"{case[2].split()[1]}  {case[0]:18}{outcome:9}{calls:4} calls   "
                f"portfolio alone: {'proved' if without else 'open':7}{other:4} calls",
                flush=True,
            )
        print(f"repaired {repaired} of {len(CASES)}; the portfolio alone proves {alone}")


if __name__ == "__main__":
    asyncio.run(study())
