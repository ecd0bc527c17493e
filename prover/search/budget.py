"""The limits of a search and what it has used: Lean calls, expansions, tokens, time, memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from copy import copy
from dataclasses import replace
from time import monotonic
from types import TracebackType
from typing import Any, TypeVar

from prover.types import Budget, Stats, StopReason

T = TypeVar("T")


def remaining(budget: Budget, used: Stats) -> Budget:
    """What is left of a budget for a search that goes on where an earlier one has ended."""

    def left(limit: int | None, spent: int) -> int | None:
        return None if limit is None else max(limit - spent, 0)

    return replace(
        budget,
        seconds=None if budget.seconds is None else max(budget.seconds - used.seconds, 0.0),
        lean_calls=left(budget.lean_calls, used.lean_calls),
        expansions=left(budget.expansions, used.expanded),
        tokens=left(budget.tokens, used.tokens),
    )


class Stopwatch:
    """Measures the time, in seconds, during which at least one of its `with` blocks is running."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.seconds = 0.0
        self._clock, self._inside, self._since = clock, 0, 0.0

    def __enter__(self) -> None:
        if self._inside == 0:
            self._since = self._clock()
        self._inside += 1

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._inside -= 1
        if self._inside == 0:
            self.seconds += self._clock() - self._since


class BudgetTracker:
    """Counts what a search uses against its limits.

    Attributes:
        limits: Where the search stops.  Time counts from the creation of the tracker.
        lean_time: Runs while an answer of Lean is awaited.
        policy_time: Runs while the policy or a value function is awaited.
    """

    def __init__(self, limits: Budget, clock: Callable[[], float] = monotonic) -> None:
        self.limits = limits
        self.lean_time, self.policy_time = Stopwatch(clock), Stopwatch(clock)
        self._clock, self._start = clock, clock()
        self._used = Stats()
        self._expansions_refused = False
        self._cancelled = asyncio.Event()
        self._awaited: set[asyncio.Task[Any]] = set()

    @property
    def stats(self) -> Stats:
        """What was used so far."""
        return replace(
            self._used,
            seconds=self._clock() - self._start,
            lean_seconds=self.lean_time.seconds,
            policy_seconds=self.policy_time.seconds,
        )

    def exceeded(self, graph_bytes: int = 0) -> StopReason | None:
        """The limit that is reached, if any, given the size of the proof graph in bytes."""
        limits, used = self.limits, self._used
        if self._cancelled.is_set():
            return StopReason.CANCELLED
        if limits.lean_calls is not None and used.lean_calls >= limits.lean_calls:
            return StopReason.LEAN_CALLS
        if self._expansions_refused:
            return StopReason.EXPANSIONS
        if limits.tokens is not None and used.tokens >= limits.tokens:
            return StopReason.TOKENS
        if limits.memory_mb is not None and graph_bytes >= limits.memory_mb * 2**20:
            return StopReason.MEMORY
        if limits.seconds is not None and self._clock() - self._start >= limits.seconds:
            return StopReason.SECONDS
        return None

    def take_lean_calls(self, wanted: int) -> int:
        """Count up to `wanted` Lean calls as used, and return how many the limits allow."""
        if self.limits.lean_calls is not None:
            wanted = min(wanted, self.limits.lean_calls - self._used.lean_calls)
        self._used.lean_calls += wanted
        return wanted

    def take_expansions(self, wanted: int) -> int:
        """Count up to `wanted` expansions as used, and return how many the limits allow.

        This limit is reached when one more is wanted than allowed: until then the tactics that were
        already proposed can be run.
        """
        if self.limits.expansions is not None:
            left = self.limits.expansions - self._used.expanded
            self._expansions_refused, wanted = wanted > left, min(wanted, left)
        self._used.expanded += wanted
        return wanted

    def sub_budget(self, lean_calls: int) -> BudgetTracker:
        """A tracker for a part of the search that may use `lean_calls` more Lean calls.

        What the part uses is counted here as well.
        """
        part = copy(self)
        limit = self._used.lean_calls + lean_calls
        if self.limits.lean_calls is not None:
            limit = min(limit, self.limits.lean_calls)
        part.limits = replace(self.limits, lean_calls=limit)
        return part

    def restarted(self, limits: Budget) -> BudgetTracker:
        """A new tracker for what follows the search.  Cancelling one of them cancels both."""
        fresh = BudgetTracker(limits, self._clock)
        fresh._cancelled, fresh._awaited = self._cancelled, self._awaited
        return fresh

    def add_tokens(self, used: int) -> None:
        """Count tokens that a model has generated."""
        self._used.tokens += used

    def cancel(self) -> None:
        """End the search now.  May be called from any task of its event loop."""
        self._cancelled.set()
        for task in self._awaited:
            task.cancel()

    async def wait_for(self, work: Coroutine[Any, Any, T]) -> T | None:
        """Await `work`, cancelling it when time runs out or the search is cancelled.

        Returns:
            The result of `work`, or None if it was cancelled.
        """
        task = asyncio.ensure_future(work)
        left = self._seconds_left()
        timer = None if left is None else task.get_loop().call_later(left, task.cancel)
        self._awaited.add(task)
        try:
            return await task
        except asyncio.CancelledError:
            caller = asyncio.current_task()
            if not task.cancelled() or (caller is not None and caller.cancelling()):
                raise
            return None
        finally:
            self._awaited.remove(task)
            if timer is not None:
                timer.cancel()

    def _seconds_left(self) -> float | None:
        if self._cancelled.is_set():
            return 0.0
        if self.limits.seconds is None:
            return None
        return max(0.0, self.limits.seconds - (self._clock() - self._start))
