"""What a search may use and what it used: Lean calls, expansions, tokens, time, memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from copy import copy
from dataclasses import replace
from time import monotonic
from types import TracebackType
from typing import Any, TypeVar

from prover.types import Budget, Stats, Stop

T = TypeVar("T")


class Stopwatch:
    """The time during which at least one `with` block of it was entered."""

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


class Meter:
    """Time runs from the moment it is made."""

    def __init__(self, budget: Budget, clock: Callable[[], float] = monotonic) -> None:
        self.budget = budget
        self.lean, self.policy = Stopwatch(clock), Stopwatch(clock)
        self._clock, self._start = clock, clock()
        self._used = Stats()
        self._refused = False
        self._cancelled = asyncio.Event()
        self._awaited: set[asyncio.Task[Any]] = set()

    @property
    def stats(self) -> Stats:
        """What has been used until now."""
        return replace(
            self._used,
            seconds=self._clock() - self._start,
            lean_seconds=self.lean.seconds,
            policy_seconds=self.policy.seconds,
        )

    def ended(self, graph_bytes: int = 0) -> Stop | None:
        """Which limit is reached, if any, by a search whose graph has that size."""
        budget, used = self.budget, self._used
        if self._cancelled.is_set():
            return Stop.CANCELLED
        if budget.lean_calls is not None and used.lean_calls >= budget.lean_calls:
            return Stop.LEAN_CALLS
        if self._refused:
            return Stop.EXPANSIONS
        if budget.tokens is not None and used.tokens >= budget.tokens:
            return Stop.TOKENS
        if budget.memory_mb is not None and graph_bytes >= budget.memory_mb * 2**20:
            return Stop.MEMORY
        if budget.seconds is not None and self._clock() - self._start >= budget.seconds:
            return Stop.SECONDS
        return None

    def take_lean_calls(self, wanted: int) -> int:
        """Count up to `wanted` Lean calls as used; returns how many the budget allows."""
        if self.budget.lean_calls is not None:
            wanted = min(wanted, self.budget.lean_calls - self._used.lean_calls)
        self._used.lean_calls += wanted
        return wanted

    def take_expansions(self, wanted: int) -> int:
        """The same for expansions.  That limit is reached when one more is wanted than allowed:
        until then the tactics already proposed can be run."""
        if self.budget.expansions is not None:
            left = self.budget.expansions - self._used.expanded
            self._refused, wanted = wanted > left, min(wanted, left)
        self._used.expanded += wanted
        return wanted

    def part(self, lean_calls: int) -> Meter:
        """A meter for a part of the search, which may use that many Lean calls; what it counts is
        counted here as well."""
        part = copy(self)
        limit = self._used.lean_calls + lean_calls
        if self.budget.lean_calls is not None:
            limit = min(limit, self.budget.lean_calls)
        part.budget = replace(self.budget, lean_calls=limit)
        return part

    def fresh(self, budget: Budget) -> Meter:
        """A meter from now on, for what comes after the search; cancelling one cancels both."""
        fresh = Meter(budget, self._clock)
        fresh._cancelled, fresh._awaited = self._cancelled, self._awaited
        return fresh

    def add_tokens(self, used: int) -> None:
        """Count what a model generated, after the fact."""
        self._used.tokens += used

    def cancel(self) -> None:
        """End the search now, from any task of its event loop."""
        self._cancelled.set()
        for task in self._awaited:
            task.cancel()

    async def wait(self, work: Coroutine[Any, Any, T]) -> T | None:
        """The result of `work`, or None when time ran out or the search was cancelled before; then
        `work` is cancelled."""
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
        if self.budget.seconds is None:
            return None
        return max(0.0, self.budget.seconds - (self._clock() - self._start))
