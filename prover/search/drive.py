"""Keep every Lean worker busy."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

from prover.search.expand import ended
from prover.types import Problem, Stop


async def drive(
    problem: Problem, next_job: Callable[[], Coroutine[None, None, None] | None]
) -> Stop:
    """Run jobs until the search is over.  `next_job` gives the best one, or None when all that can
    be done is under way.

    With one worker there is one job at a time, so that the search can be repeated exactly.  With
    several there is one more than workers: while one waits for the policy, Lean has work.
    """
    slots = 1 if problem.workers == 1 else problem.workers + 1
    running: set[asyncio.Task[None]] = set()
    try:
        while (stop := ended(problem)) is None:
            while len(running) < slots and (job := next_job()) is not None:
                running.add(asyncio.create_task(job))
            if not running:
                return Stop.EXHAUSTED
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        return stop
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
