"""Concurrent work on many items over the same Lean processes.

A new item starts whenever any running one ends, so a slow item does not delay the others.
Results are yielded in the order in which the work ends.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from lean_env.errors import BrokenEnvironment, CacheError, LeanEnvError, ToolchainError

T = TypeVar("T")
R = TypeVar("R")

MAX_ATTEMPTS = 3
"""Attempts on one item before its `BrokenEnvironment` is reported as the result."""


@dataclass(frozen=True, slots=True)
class Finished(Generic[T, R]):
    """An item whose work returned a result."""

    item: T
    result: R


@dataclass(frozen=True, slots=True)
class Errored(Generic[T]):
    """An item without a result, because of an error that says nothing about its provability.

    Attributes:
        item: The item that was worked on.
        error: A `BrokenEnvironment` if Lean's processes broke on every attempt, a `BadInput` if
            Lean rejects the item itself.
    """

    item: T
    error: LeanEnvError


async def run_concurrently(
    items: Iterable[T],
    work: Callable[[T], Awaitable[R]],
    *,
    at_once: int,
    stop: asyncio.Event | None = None,
) -> AsyncIterator[Finished[T, R] | Errored[T]]:
    """Run `work` on each of `items`, at most `at_once` at a time, started in their order.

    Args:
        items: What to work on.
        work: The work on one item; retried up to `MAX_ATTEMPTS` times on `BrokenEnvironment`.
        at_once: The largest number of items in progress.
        stop: Setting it cancels the items in progress and ends the iteration.

    Yields:
        An outcome for each item, in the order in which they end.

    Raises:
        ToolchainError: Lean is missing, which would end all items in the same way.
        CacheError: The cache cannot be written, likewise.
        Exception: Any error of `work` that is not a `LeanEnvError`.
    """
    todo = iter(items)
    running: set[asyncio.Task[Finished[T, R] | Errored[T]]] = set()
    stopping = asyncio.create_task((stop or asyncio.Event()).wait())
    try:
        while True:
            while len(running) < at_once and not stopping.done():
                try:
                    item = next(todo)
                except StopIteration:
                    break
                running.add(asyncio.create_task(_attempt(item, work)))
            if not running or stopping.done():
                return
            ended, _ = await asyncio.wait({*running, stopping}, return_when=asyncio.FIRST_COMPLETED)
            for task in [task for task in running if task in ended]:
                running.remove(task)
                yield task.result()
    finally:
        stopping.cancel()
        for task in running:
            task.cancel()
        await asyncio.gather(stopping, *running, return_exceptions=True)


async def _attempt(item: T, work: Callable[[T], Awaitable[R]]) -> Finished[T, R] | Errored[T]:
    for left in reversed(range(MAX_ATTEMPTS)):
        try:
            return Finished(item, await work(item))
        except (ToolchainError, CacheError):
            raise
        except BrokenEnvironment as error:
            if not left:
                return Errored(item, error)
        except LeanEnvError as error:
            return Errored(item, error)
    raise AssertionError("unreachable")


@contextmanager
def stop_on_interrupt() -> Iterator[asyncio.Event]:
    """Provide an event that the first Ctrl-C sets; the second Ctrl-C interrupts as usual."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()

    def interrupt() -> None:
        stop.set()
        loop.remove_signal_handler(signal.SIGINT)

    loop.add_signal_handler(signal.SIGINT, interrupt)
    try:
        yield stop
    finally:
        loop.remove_signal_handler(signal.SIGINT)
