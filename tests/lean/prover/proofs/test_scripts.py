"""Proof scripts from proof graphs on real Lean: names, shared metavariables, combinators."""

from __future__ import annotations

import pytest

from lean_env.gate.verifier import Verifier
from lean_env.pool import LeanPool
from lean_env.types import (
    Accepted,
)
from prover.proofs.first_combinators import alternatives
from prover.types import TheoremStatus
from tests.support.prepared import Keep, Prepared, run
from tests.support.watched import WatchedEnvironment

TWICE = "theorem t : (∀ n m : Nat, n = m → m = n) ∧ (∀ a b : Nat, a = b → b = a) ∧ True"


@pytest.mark.parametrize(
    ("first", "proof", "second"),
    [
        ("intro n m h", "exact h.symm", "intro a b g"),
        ("intro n m h", "exact h.symm", "intros"),
        ("intro n m h", "exact h.symm", "intro n b _"),
        ("intros", "rename_i x y z; exact z.symm", "intro a b g"),
        ("intro n _ h", "rename_i y; exact (h : n = y).symm", "intro h a n"),
        ("intro n m; intro", "rename_i h; exact (h : n = m).symm", "intro n m h"),
    ],
)
async def test_a_sub_proof_serves_under_other_names(
    pool: LeanPool, verifier: Verifier, first: str, proof: str, second: str
) -> None:
    """States that are equal up to names are one node: here those after `first` and `second`.

    Only the first one is searched, and the script has to rename.
    """
    policy = Prepared(
        ("⊢ (∀ (n m", "refine ⟨?_, fun a b => ?_, trivial⟩"),
        ("⊢ ∀ (n m", first),
        ("⊢ a = b → b = a", f"revert a b; {second}"),
        ("= ", proof),
    )
    keep = Keep()
    result = await run(pool, verifier, TWICE, policy, keep=keep)
    assert result.status is TheoremStatus.PROVED, result.verdict
    assert result.proof.count(proof.split(";")[-1].strip()) == 2
    shared = [n for n in keep.problem.graph.nodes if len(n.parents) == 2]
    assert len(shared) == 1
    assert (" revert " in result.proof.split(second)[1]) == (first != second)


async def test_renaming_keeps_values_and_instances(pool: LeanPool, verifier: Verifier) -> None:
    statement = (
        "theorem t : (∀ (α : Type) [Inhabited α], let d : α := default; d = d ∧ d = default) ∧"
        " (∀ (β : Type) [Inhabited β], let e : β := default; e = e ∧ e = default)"
    )
    policy = Prepared(
        ("  ∀ (β", "constructor"),
        ("⊢ ∀ (α", "intro α inst d"),
        ("⊢ ∀ (β", "intro β _ e"),
        ("⊢ d = d ∧", "exact ⟨rfl, (rfl : d = @default α inst)⟩"),
    )
    result = await run(pool, verifier, statement, policy)
    assert result.status is TheoremStatus.PROVED, result.verdict


async def test_goals_that_share_a_metavariable_are_proved_together(
    pool: LeanPool, verifier: Verifier
) -> None:
    """`n` and what is claimed of it are one state, between them stands another."""
    policy = Prepared(
        ("∃", "refine ⟨?_, ?_, ?_⟩"),
        ("⊢ 1 = 1", "rfl"),
        ("⊢ Nat\n", "exact 3"),
        ("⊢ 3 + 2 = 5", "decide"),
    )
    statement = "theorem t : ∃ n : Nat, 1 = 1 ∧ n + 2 = 5"
    result = await run(pool, verifier, statement, policy)
    assert result.status is TheoremStatus.PROVED, result.verdict
    assert "rotate_left" in result.proof
    assert result.tactics == ("refine ⟨?_, ?_, ?_⟩", "rfl", "exact 3", "decide")


async def test_tactics_of_several_lines_keep_their_shape(
    pool: LeanPool, verifier: Verifier
) -> None:
    induction = "induction n with\n| zero => ?_\n| succ n ih => ?_"
    closing = "have h : f n = n := by\n  rw [ih]\nrw [hf, h]"
    policy = Prepared(("ih", closing), ("⊢ f n = n", induction), ("⊢ f 0", "exact h0"))
    statement = (
        "theorem t (f : Nat → Nat) (h0 : f 0 = 0) (hf : ∀ n, f (n + 1) = f n + 1) (n : Nat) :"
        " f n = n"
    )
    result = await run(pool, verifier, statement, policy)
    assert result.status is TheoremStatus.PROVED, result.verdict
    assert "· have h : f n = n := by" in result.proof


async def test_a_lemma_that_lean_found_is_named_in_the_proof(
    pool: LeanPool, verifier: Verifier
) -> None:
    statement = "theorem t (a b c : Nat) (h : a ≤ b) : a * c ≤ b * c"
    result = await run(pool, verifier, statement, Prepared(("", "exact?")))
    assert result.status is TheoremStatus.PROVED
    assert result.tactics == ("exact Nat.mul_le_mul_right c h",)
    assert "exact?" not in result.proof


@pytest.mark.parametrize(
    ("tactic", "expected"),
    [
        ("first | apply a <;> assumption | rfl", ["apply a <;> assumption", "rfl"]),
        ("first | rfl\n| simp", []),
        ("cases x <;> first | rfl | simp", []),
        ("omega", []),
    ],
)
def test_a_first_that_stands_alone_has_alternatives(tactic: str, expected: list[str]) -> None:
    assert list(alternatives(tactic)) == expected


async def test_a_proof_names_the_alternative_that_did_it(
    pool: LeanPool, verifier: Verifier
) -> None:
    """In each state the one that closes it alone, not what only comes first."""
    works = "apply Nat.dvd_trans <;> assumption"
    tactic = f"first | apply Nat.le_trans <;> assumption | {works} | rfl"
    policy = Prepared(("⊢ a ∣ c ∧", "constructor"), ("⊢ a ∣ c", tactic), ("⊢ True", "trivial"))
    statement = "theorem t (a b c : Nat) (h : a ∣ b) (k : b ∣ c) : a ∣ c ∧ True"
    result = await run(pool, verifier, statement, policy)
    assert isinstance(result.verdict, Accepted)
    assert result.tactics == ("constructor", works, "trivial")
    assert "first" not in result.proof


async def test_a_proof_stays_as_it_ran_where_lean_breaks_down_at_naming_the_alternative(
    pool: LeanPool, verifier: Verifier
) -> None:
    tactic = "first | omega | rfl"
    env = WatchedEnvironment(pool, broken=["omega"])
    result = await run(env, verifier, "theorem t : 2 + 2 = 4", Prepared(("", tactic)))
    assert isinstance(result.verdict, Accepted)
    assert result.tactics == (tactic,)
