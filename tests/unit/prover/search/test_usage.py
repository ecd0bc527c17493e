"""Tokens of models against the budget of the search that asked for them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from lean_env.types import ProofState
from prover.search.best_first import BestFirst
from prover.search.usage import count_tokens
from prover.types import Budget, Proposal, StopReason
from tests.support.problems import make_problem
from tests.support.synthetic import SyntheticPolicy, random_table


class Talkative(SyntheticPolicy):
    """Writes ten tokens for each state, in a task of its own, and no tactic for most states."""

    async def propose(self, states: Sequence[ProofState], k: int) -> list[list[Proposal]]:
        async def write() -> None:
            count_tokens("m", read=100, written=10 * len(states))

        await asyncio.create_task(write())
        return await super().propose(states, k)


def test_a_search_ends_when_its_models_have_written_enough() -> None:
    table = random_table(states=200, tactics=12, seed=3, closing=0.0)
    budget = Budget(seconds=None, tokens=45)
    problem = make_problem(table, budget=budget, policy=Talkative(table))
    assert asyncio.run(BestFirst(k=12).search(problem)) is StopReason.TOKENS
    assert problem.budget.stats.tokens == 50
