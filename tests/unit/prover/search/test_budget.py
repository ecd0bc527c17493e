"""Budgets: exact limits, time spent waiting, and a Lean that does not answer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from lean_env.types import ProofState, Tactic, Transition
from prover.search.best_first import BestFirst
from prover.search.budget import Stopwatch
from prover.types import (
    Budget,
    StopReason,
)
from tests.support.problems import make_problem
from tests.support.synthetic import (
    SyntheticEnvironment,
    Table,
    random_table,
)


@pytest.mark.parametrize(
    ("budget", "stop"),
    [
        (Budget(seconds=None, lean_calls=37), StopReason.LEAN_CALLS),
        (Budget(seconds=None, expansions=5), StopReason.EXPANSIONS),
        (Budget(seconds=0.0), StopReason.SECONDS),
    ],
)
@pytest.mark.parametrize("workers", [1, 3])
def test_budgets_are_kept_exactly(budget: Budget, stop: StopReason, workers: int) -> None:
    table = random_table(states=200, tactics=12, seed=3, closing=0.0)
    problem = make_problem(table, budget=budget, workers=workers)
    assert asyncio.run(BestFirst(k=12).search(problem)) is stop
    used = problem.budget.stats
    if budget.lean_calls:
        assert used.lean_calls == len(problem.graph.edges) == budget.lean_calls
    if budget.expansions:
        assert used.expanded == budget.expansions
        assert used.lean_calls == len(problem.graph.edges) <= 5 * 12


@dataclass
class Stuck(SyntheticEnvironment):
    """Never answers."""

    cancelled: int = 0
    asked: asyncio.Queue[None] = field(default_factory=asyncio.Queue)

    async def step(
        self,
        batch: Sequence[tuple[ProofState, Sequence[Tactic]]],  # noqa: ARG002  it never answers
    ) -> list[list[Transition]]:
        self.asked.put_nowait(None)
        never: asyncio.Future[list[list[Transition]]] = asyncio.Future()
        try:
            return await never
        finally:
            self.cancelled += 1


@pytest.mark.parametrize("workers", [1, 2])
async def test_a_stuck_lean_does_not_outlast_time_or_cancelling(workers: int) -> None:
    table: Table = {0: [(1,)], 1: [()]}
    env = Stuck(table)
    problem = make_problem(table, env=env, budget=Budget(seconds=0.05), workers=workers)
    assert await BestFirst().search(problem) is StopReason.SECONDS
    await env.asked.get()
    problem = make_problem(table, env=env, workers=workers)
    task = asyncio.create_task(BestFirst().search(problem))
    await env.asked.get()
    problem.budget.cancel()
    assert await task is StopReason.CANCELLED
    task = asyncio.create_task(BestFirst().search(make_problem(table, env=env, workers=workers)))
    await env.asked.get()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert env.cancelled == 3


def test_a_stopwatch_counts_overlapping_times_once() -> None:
    now = [0.0]
    watch = Stopwatch(lambda: now[0])
    with watch:
        now[0] = 2.0
        with watch:
            now[0] = 3.0
        now[0] = 5.0
    now[0] = 9.0
    with watch:
        now[0] = 10.0
    assert watch.seconds == 6.0
