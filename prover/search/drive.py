"""Keep every Lean worker busy."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

from prover.search.expand import ended
from prover.types import Problem, Status, Stop

SPENT = (Stop.LEAN_CALLS, Stop.EXPANSIONS, Stop.TOKENS, Stop.MEMORY)
"""Ends that leave time for what was begun before, and is paid for, to be finished."""


NextJob = Callable[[], Coroutine[None, None, None] | None]
"""Gives the best job, or None when all that can be done is under way."""


async def drive(problem: Problem, next_job: NextJob, *, stop_at_proof: bool = True) -> Stop:
    """Run jobs until the search is over.  A proof that is there when the search ends counts,
    whatever ended it.

    With one worker there is one job at a time, so that the search can be repeated exactly.  With
    several there are twice as many as workers: while one waits for the policy, or for the worker
    that holds its state, Lean has work.
    """
    run = _in_turn if problem.workers == 1 else _side_by_side
    stop = await run(problem, next_job, stop_at_proof)
    if problem.graph.root.status is Status.PROVED:
        return Stop.PROVED
    return stop or Stop.EXHAUSTED


async def _in_turn(problem: Problem, next_job: NextJob, stop_at_proof: bool) -> Stop | None:
    while (stop := ended(problem, stop_at_proof)) is None and (job := next_job()) is not None:
        await job
    return stop


async def _side_by_side(problem: Problem, next_job: NextJob, stop_at_proof: bool) -> Stop | None:
    slots = 2 * problem.workers
    running: set[asyncio.Task[None]] = set()
    try:
        while (stop := ended(problem, stop_at_proof)) is None or (stop in SPENT and running):
            while stop is None and len(running) < slots and (job := next_job()) is not None:
                running.add(asyncio.create_task(job))
            if not running:
                break
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    return stop


async def step_by_step(problem: Problem, step: Callable[[], Coroutine[None, None, None]]) -> Stop:
    """Take one step after another until the search is over: for algorithms that plan anew after
    each answer.  One step may run tactics of several states at once."""
    while (stop := ended(problem)) is None:
        await step()
    return stop
