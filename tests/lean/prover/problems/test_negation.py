"""The negation of a theorem: stated by Lean, searched beside it, checked by the gate."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from lean_env.errors import InvalidStatement
from lean_env.gate.verifier import Verifier
from lean_env.pool import LeanPool
from lean_env.types import ProofState, Theorem
from lean_env.wire.client import LaunchFactory
from prover.pipeline import prove
from prover.problems.negation import negation, prove_or_disprove
from prover.result import SearchResult
from prover.search.best_first import BestFirst
from prover.types import Budget, Proposal, TheoremStatus

pytestmark = pytest.mark.asyncio(loop_scope="session")

TACTICS = (
    "omega", "decide", "exact absurd qstar_claim", "intro h; exact absurd (h 3) (by decide)",
    "exact fun h => nomatch h 0 1", "exact fun h => h False",
)  # fmt: skip


class Few:
    async def propose(
        self,
        states: Sequence[ProofState],
        k: int,  # noqa: ARG002  always the same few
    ) -> list[list[Proposal]]:
        return [[Proposal(tactic, -1.0) for tactic in TACTICS] for _ in states]


async def either(
    pool: LeanPool, launch: LaunchFactory, theorem: Theorem, notices: list[str]
) -> SearchResult:
    async with Verifier(launch) as verifier:

        async def search(claim: Theorem, ends: asyncio.Event) -> SearchResult:
            return await prove(
                claim,
                env=pool,
                verifier=verifier,
                policy=Few(),
                algorithm=BestFirst(),
                budget=Budget(lean_calls=40),
                cancel=ends,
            )

        return await prove_or_disprove(theorem, search, notice=notices.append)


@pytest.mark.parametrize(
    ("statement", "status"),
    [
        ("theorem t (n : Nat) : n = n + 0", TheoremStatus.PROVED),
        ("theorem t (n : Nat) : n < 3 := by", TheoremStatus.DISPROVED),
        ("example (n : Nat) : n < 3 := by sorry", TheoremStatus.DISPROVED),
        ("theorem t : ∀ p : Prop, p :=", TheoremStatus.DISPROVED),
        ("theorem t : ∀ p : Prop, p ∨ ¬ p", TheoremStatus.FAILED),
        ("theorem t.{u} (α : Type u) (a b : α) : a = b", TheoremStatus.FAILED),
    ],
)
async def test_whichever_is_true(
    pool: LeanPool, launch: LaunchFactory, statement: str, status: TheoremStatus
) -> None:
    theorem = Theorem(statement=statement, name="t")
    notices: list[str] = []
    result = await either(pool, launch, theorem, notices)
    assert result.status is status
    assert notices == []
    assert result.theorem == theorem
    if status is TheoremStatus.FAILED:
        return
    assert result.verdict is not None and result.verdict.ok
    assert ("qstar_denial" in result.proof) is (status is TheoremStatus.DISPROVED)


async def test_a_negation_that_lean_does_not_take_is_said(
    pool: LeanPool, launch: LaunchFactory
) -> None:
    notices: list[str] = []
    taken = Theorem(statement="theorem qstar_denial : 1 = 2", name="t")
    result = await either(pool, launch, taken, notices)
    assert result.status is TheoremStatus.FAILED
    [said] = notices
    assert said.startswith("¬ t: not tried, Lean does not take it: ")
    assert "already been declared" in said
    assert "\n" not in said


async def test_of_a_theorem_that_lean_does_not_take_only_that_is_said(
    pool: LeanPool, launch: LaunchFactory
) -> None:
    notices: list[str] = []
    with pytest.raises(InvalidStatement):
        await either(pool, launch, Theorem(statement="theorem t : foo.bar", name="t"), notices)
    assert notices == []


async def test_the_claim_serves_no_denial(launch: LaunchFactory) -> None:
    """The claim stands in the header with a `sorry`: from it and its denial anything follows."""
    denial = negation(Theorem(statement="theorem t : 1 = 1"))
    async with Verifier(launch) as verifier:
        checked = await verifier.verify(denial, "intro h; exact absurd rfl (t ▸ sorry)")
        assert not checked.verdict.ok
    both = Theorem(statement="theorem t : (1 : Nat) = 2")
    async with Verifier(launch) as verifier:
        claim = negation(both)
        honest = await verifier.verify(claim, "decide")
        assert honest.verdict.ok
        cheat = await verifier.verify(claim, "exact absurd t (by decide)")
        assert not cheat.verdict.ok
