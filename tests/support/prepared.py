"""Run `prover.pipeline.prove` with prepared tactics, and look at the search's proof graph."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from lean_env.gate.verifier import Verifier
from lean_env.types import (
    Environment,
    ProofState,
    Tactic,
    Theorem,
)
from prover.pipeline import prove
from prover.result import SearchResult
from prover.search.best_first import BestFirst
from prover.types import Budget, Policy, Problem, Proposal, Style


class Prepared:
    """Proposes prepared tactics, in their order: those whose part of the text a state has."""

    def __init__(self, *tactics: tuple[str, Tactic]) -> None:
        self.tactics = tactics

    async def propose(self, states: Sequence[ProofState], k: int) -> list[list[Proposal]]:
        return [self._one(state)[:k] for state in states]

    def _one(self, state: ProofState) -> list[Proposal]:
        fitting = [tactic for part, tactic in self.tactics if part in state.text]
        return [Proposal(tactic, -0.1 * (1 + i)) for i, tactic in enumerate(fitting)]


class Keep:
    """Remembers the problem that a search worked on."""

    problem: Problem

    def __call__(self, problem: Problem) -> None:
        self.problem = problem


async def run(
    pool: Environment,
    verifier: Verifier,
    statement: str,
    policy: Policy,
    *,
    header: str = "",
    keep: Keep | None = None,
    cancel: asyncio.Event | None = None,
    budget: Budget | None = None,
    style: Style = Style.COMPACT,
) -> SearchResult:
    return await prove(
        Theorem(statement=statement, header=header),
        env=pool,
        verifier=verifier,
        policy=policy,
        algorithm=BestFirst(),
        budget=budget or Budget(seconds=120, lean_calls=400),
        on_progress=keep,
        style=style,
        cancel=cancel,
    )
