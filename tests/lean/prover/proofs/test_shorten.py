"""Proofs get shorter, and stay proofs, in real Lean."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from lean_env.gate.verifier import Verifier
from lean_env.pool import LeanPool
from lean_env.types import ProofState, Tactic, Theorem
from lean_env.wire.client import LaunchFactory
from prover.graph.invariants import check
from prover.graph.store import ProofGraph
from prover.pipeline import prove
from prover.proofs.shorten import merge
from prover.result import SearchResult
from prover.search.best_first import BestFirst
from prover.types import NodeStatus, Problem, Proposal
from tests.support.watched import WatchedEnvironment

in_session = pytest.mark.asyncio(loop_scope="session")
INTROS = ["intro p", "intro q", "intro h", "exact h"]


class Told:
    """Proposes one tactic after another, whatever the state."""

    def __init__(self, tactics: Sequence[Tactic]) -> None:
        self._tactics = tactics

    async def propose(
        self,
        states: Sequence[ProofState],
        k: int,  # noqa: ARG002  always one
    ) -> list[list[Proposal]]:
        depth = [len(state.path) for state in states]
        return [[Proposal(t, -1.0) for t in self._tactics[d : d + 1]] for d in depth]


async def shortened(
    pool: LeanPool, launch: LaunchFactory, statement: str, tactics: Sequence[Tactic]
) -> tuple[SearchResult, SearchResult]:
    theorem = Theorem(statement=statement)
    async with Verifier(launch) as verifier:
        options = {"env": pool, "verifier": verifier, "policy": Told(tactics)}
        plain = await prove(theorem, algorithm=BestFirst(), **options)  # type: ignore[arg-type]
        short = await prove(theorem, algorithm=BestFirst(), polished=True, **options)  # type: ignore[arg-type]
    return plain, short


@in_session
@pytest.mark.parametrize(
    ("statement", "tactics", "left"),
    [
        (
            "theorem t (a b : Nat) (h : a = b) : b = a",
            ["rw [Nat.add_zero a |>.symm] at h", "exact h.symm"],
            ("exact h.symm",),
        ),
        ("theorem t : ∀ p q : Prop, p → p", INTROS, None),
    ],
)
async def test_steps_are_dropped_and_merged(
    pool: LeanPool,
    launch: LaunchFactory,
    statement: str,
    tactics: list[str],
    left: tuple[str, ...] | None,
) -> None:
    plain, short = await shortened(pool, launch, statement, tactics)
    assert plain.tactics == tuple(tactics)
    assert short.verdict is not None and short.verdict.ok
    assert short.tactics == (left or ("intro p q h", "exact h"))
    assert short.tactics[-1] in short.proof


@in_session
async def test_a_proof_that_is_short_stays(pool: LeanPool, launch: LaunchFactory) -> None:
    plain, short = await shortened(pool, launch, "theorem t : 2 + 2 = 4", ["rfl"])
    assert short.tactics == plain.tactics == ("rfl",)
    assert short.proof == plain.proof


@in_session
async def test_what_was_tried_leaves_the_graph_in_order(
    pool: LeanPool, launch: LaunchFactory
) -> None:
    theorem = Theorem(statement="theorem t (p q : Prop) (a : p) (b : q) : p ∧ q")
    graphs: list[ProofGraph] = []
    async with Verifier(launch) as verifier:
        result = await prove(
            theorem,
            env=pool,
            verifier=verifier,
            policy=Told(["constructor", "assumption"]),
            algorithm=BestFirst(),
            polished=True,
            on_progress=lambda problem: graphs.append(problem.graph),
        )
    assert result.tactics == ("constructor <;> assumption",)
    check(graphs[-1])


@in_session
@pytest.mark.parametrize("breaks", [True, False])
async def test_a_proof_that_is_there_stays_when_polishing_ends_early(
    pool: LeanPool, launch: LaunchFactory, breaks: bool
) -> None:
    """Cancelled when the proof is found, or broken at the first tactic tried after that."""
    cancel = asyncio.Event()

    def progress(problem: Problem) -> None:
        if problem.graph.root.status is NodeStatus.PROVED and not breaks:
            cancel.set()

    async with Verifier(launch) as verifier:
        result = await prove(
            Theorem(statement="theorem t : ∀ p q : Prop, p → p"),
            env=WatchedEnvironment(pool, broken=["intro p q"] if breaks else []),
            verifier=verifier,
            policy=Told(INTROS),
            algorithm=BestFirst(),
            polished=True,
            on_progress=progress,
            cancel=cancel,
        )
    assert result.verdict is not None and result.verdict.ok
    assert result.tactics == tuple(INTROS)


def test_merging() -> None:
    assert merge("intro a", "intro b c") == "intro a b c"
    assert merge("rw [a]", "rw [← b]") == "rw [a, ← b]"
    assert merge("simp only [a] at h", "simp only [b] at h") == "simp only [a, b] at h"
    assert merge("rw [a] at h", "rw [b]") is None
    assert merge("omega", "simp") is None
