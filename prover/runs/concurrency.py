"""Many pieces of work in flight over the same Lean processes.

A slow one holds nobody back: the next begins when any ends.  Results come as they end.
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
"""How often something is tried that a broken machine ends."""


@dataclass(frozen=True, slots=True)
class Finished(Generic[T, R]):
    item: T
    result: R


@dataclass(frozen=True, slots=True)
class Errored(Generic[T]):
    """What came of `item` says nothing about it: the machine broke each time (a kind of
    `BrokenEnvironment`), or Lean does not take it as it stands (a kind of `BadInput`)."""

    item: T
    error: LeanEnvError


async def run_concurrently(
    items: Iterable[T],
    work: Callable[[T], Awaitable[R]],
    *,
    at_once: int,
    stop: asyncio.Event | None = None,
) -> AsyncIterator[Finished[T, R] | Errored[T]]:
    """`work` on each of `items`, `at_once` at a time, begun in their order.

    Setting `stop` cancels what is under way and ends the iteration; what had ended comes out first.
    Raises what a missing Lean or a full disk raises (they would end everything alike), and whatever
    is not a `LeanEnvError`.
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
    """An event that the first Ctrl-C sets; the second ends the process as usual."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()

    def interrupt() -> None:
        stop.set()
        loop.remove_signal_handler(signal.SIGINT)

    loop.add_signal_handler(signal.SIGINT, interrupt)
    try:
        yield stop
    finally:
        loop.remove_signal_handler(signal.SIGINT)
