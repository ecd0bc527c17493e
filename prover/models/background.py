"""Something that takes its time to load, beside what goes on without it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock, Thread
from threading import enumerate as threads
from typing import Generic, TypeVar

T = TypeVar("T")

NAME = "qstar loads"


class BackgroundLoad(Generic[T]):
    """`load` runs in a thread of its own once `begin` was called, and only once."""

    def __init__(self, load: Callable[[], T]) -> None:
        self._load, self._begun, self._lock = load, False, Lock()
        self._result: Future[T] = Future()

    def begin(self) -> None:
        with self._lock:
            if not self._begun:
                self._begun = True
                self._result.set_running_or_notify_cancel()  # who no longer waits cancels nothing
                Thread(target=self._run, name=NAME).start()

    def result(self) -> T | None:
        """What was loaded, None until then.  Raises what `load` raised."""
        return self._result.result() if self._result.done() else None

    def wait(self) -> T:
        """What was loaded, however long it takes.  Raises what `load` raised."""
        self.begin()
        return self._result.result()

    async def ready(self) -> T:
        """As `wait`; the event loop goes on meanwhile."""
        import asyncio

        self.begin()
        return await asyncio.wrap_future(self._result)

    def _run(self) -> None:
        try:
            self._result.set_result(self._load())
        except BaseException as error:  # it is for those who ask for the result
            self._result.set_exception(error)


def any_load_running() -> bool:
    """Whether anything is still loading in this process."""
    return any(thread.name == NAME for thread in threads())
