"""Loading something slow in a background thread while other work goes on."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock, Thread
from threading import enumerate as threads
from typing import Generic, TypeVar

T = TypeVar("T")

NAME = "qstar loads"


class BackgroundLoad(Generic[T]):
    """A value that `load` computes at most once, in a thread that `begin` starts."""

    def __init__(self, load: Callable[[], T]) -> None:
        self._load, self._begun, self._lock = load, False, Lock()
        self._result: Future[T] = Future()

    def begin(self) -> None:
        """Start loading, unless it was started before; returns at once."""
        with self._lock:
            if not self._begun:
                self._begun = True
                self._result.set_running_or_notify_cancel()  # who no longer waits cancels nothing
                Thread(target=self._run, name=NAME).start()

    def result(self) -> T | None:
        """Return the loaded value, or None while it is not there yet.

        Raises:
            BaseException: Whatever `load` raised.
        """
        return self._result.result() if self._result.done() else None

    def wait(self) -> T:
        """Start loading if needed, and block until the value is there.

        Raises:
            BaseException: Whatever `load` raised.
        """
        self.begin()
        return self._result.result()

    async def ready(self) -> T:
        """Wait as `wait` does, without blocking the event loop."""
        import asyncio

        self.begin()
        return await asyncio.wrap_future(self._result)

    def _run(self) -> None:
        try:
            self._result.set_result(self._load())
        except BaseException as error:  # raised where the result is awaited
            self._result.set_exception(error)


def any_load_running() -> bool:
    """Check whether a background load of this process is in progress."""
    return any(thread.name == NAME for thread in threads())
