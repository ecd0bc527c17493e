"""The main path on real Lean: search, script, gate."""

from __future__ import annotations

import asyncio

import pytest

from lean_env.errors import BadInput, InvalidStatement
from lean_env.gate.verifier import Verifier
from lean_env.pool import LeanPool
from lean_env.types import (
    Accepted,
    RefusalReason,
    Refused,
    Rejected,
    Theorem,
)
from prover.graph.save import dump, load
from prover.graph.store import ProofGraph
from prover.pipeline import prove
from prover.policies.portfolio import Portfolio
from prover.result import SearchResult
from prover.search.best_first import BestFirst
from prover.types import Budget, StopReason, TheoremStatus
from tests.support.prepared import Keep, Prepared, run
from tests.support.watched import WatchedEnvironment


async def test_a_proof_is_found_and_accepted(pool: LeanPool, verifier: Verifier) -> None:
    statement = "theorem t (a b : Nat) (xs : List Nat) : a + b = b + a ∧ xs ++ [] = xs"
    result = await run(pool, verifier, statement, Portfolio())
    assert (result.status, result.stop) == (TheoremStatus.PROVED, StopReason.PROVED)
    assert isinstance(result.verdict, Accepted)
    assert result.proof.startswith(statement)
    assert "sorry" not in result.proof
    assert result.tactics
    assert all(tactic in result.proof for tactic in result.tactics)
    used = result.stats
    assert 0 < used.lean_calls <= 400
    assert 0 < used.lean_seconds < used.seconds


async def test_nothing_left_to_try_is_failed(pool: LeanPool, verifier: Verifier) -> None:
    result = await run(pool, verifier, "theorem t : 1 = 2", Prepared(("", "rfl"), ("", "omega")))
    assert (result.status, result.stop) == (TheoremStatus.FAILED, StopReason.EXHAUSTED)
    assert result.proof == ""
    assert result.verdict is None
    assert result.stats.lean_calls == 2


async def test_a_budget_leaves_a_theorem_open(pool: LeanPool, verifier: Verifier) -> None:
    statement = "theorem t (f : Nat → Nat) : ∃ n, f (f n) ≠ n + 1987"
    budget = Budget(seconds=120, lean_calls=9)
    result = await run(pool, verifier, statement, Portfolio(), budget=budget)
    assert (result.status, result.stop) == (TheoremStatus.OPEN, StopReason.LEAN_CALLS)
    assert result.stats.lean_calls == 9


async def test_a_statement_that_is_none_is_bad_input(pool: LeanPool, verifier: Verifier) -> None:
    with pytest.raises(InvalidStatement):
        await run(pool, verifier, "theorem t : 1 +", Portfolio())


async def test_what_rests_on_a_sorry_ends_at_once(pool: LeanPool, verifier: Verifier) -> None:
    """The gate would refuse every proof, to the end of the budget."""
    header = "def f : Nat := sorry\n"
    with pytest.raises(InvalidStatement, match="rests on 'f', which has a `sorry`"):
        await run(pool, verifier, "theorem t : f + 0 = f", Portfolio(), header=header)


async def test_cancelling_ends_with_what_there_is(pool: LeanPool, verifier: Verifier) -> None:
    cancel, keep = asyncio.Event(), Keep()
    keep_and_cancel = Prepared(("", "simp"), ("", "exact absurd rfl"), ("", "repeat skip"))
    cancel.set()
    result = await run(
        pool, verifier, "theorem t : 1 = 2", keep_and_cancel, cancel=cancel, keep=keep
    )
    assert (result.status, result.stop) == (TheoremStatus.OPEN, StopReason.CANCELLED)


async def test_a_search_that_goes_on_leaves_no_state_in_lean(
    pool: LeanPool, verifier: Verifier
) -> None:
    async def prove_it(theorem: Theorem, saved: ProofGraph | None = None) -> SearchResult:
        return await prove(
            theorem,
            env=env,
            verifier=verifier,
            policy=Prepared(("", "rfl")),
            algorithm=BestFirst(),
            saved=saved,
            keep_graph=True,
        )

    env, theorem = WatchedEnvironment(pool), Theorem(statement="theorem t : 1 = 1")
    graph = (await prove_it(theorem)).graph
    assert graph is not None
    await prove_it(theorem, load(dump(graph)))
    with pytest.raises(BadInput, match="of another theorem"):
        await prove_it(Theorem(statement="theorem t : 2 = 2"), load(dump(graph)))
    assert len(env.started) == 3
    assert {id(state) for state in env.started} <= {id(state) for state in env.released}


async def test_what_the_gate_refuses_is_struck_out_and_the_search_goes_on(
    pool: LeanPool, verifier: Verifier
) -> None:
    header = "axiom cheat : ∀ n : Nat, n + 0 = n\n"
    policy = Prepared(
        ("∧", "refine ⟨?_, ?_⟩"), ("⊢ a + 0", "exact cheat a"), ("⊢ a + 0", "rfl"), ("⊢ b", "rfl")
    )
    keep = Keep()
    statement = "theorem t (a b : Nat) : a + 0 = a ∧ b = b"
    result = await run(pool, verifier, statement, policy, header=header, keep=keep)
    assert result.status is TheoremStatus.PROVED
    assert isinstance(result.verdict, Accepted)
    assert "cheat" not in result.proof
    tried = [e.transition for e in keep.problem.graph.edges if "cheat" in e.proposal.tactic]
    assert all(isinstance(t, Rejected) for t in tried)
    assert any("not accepted" in t.message for t in tried if isinstance(t, Rejected))


async def test_a_proof_that_only_the_gate_refuses_is_not_proved(
    pool: LeanPool, verifier: Verifier
) -> None:
    policy = Prepared(("", "exact cheat"))
    result = await run(pool, verifier, "theorem t : 1 = 2", policy, header="axiom cheat : 1 = 2\n")
    assert (result.status, result.stop) == (TheoremStatus.FAILED, StopReason.EXHAUSTED)
    assert isinstance(result.verdict, Refused)
    assert result.verdict.reason is RefusalReason.AXIOM
    assert result.proof == ""
