"""The prover as a Python library: for scripts, notebooks and programs with an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Future
from contextlib import AsyncExitStack
from threading import Thread
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from lean_env.types import Theorem
from prover import session
from prover.config import Settings
from prover.problems.read import stated
from prover.types import SearchResult

if TYPE_CHECKING:
    from lean_env.wire.client import LaunchFactory

T = TypeVar("T")


class Prover:
    """A `prover.session.Prover` on an event loop in a thread of its own: so it serves plain code,
    notebooks and coroutines of any other loop, also several at a time.

    Lean starts when it is first needed and ends with `close` or the `with` block.  `launch` is how;
    left out, Lean is as `qstar prove` has it.  Results hold their proof graphs.

    Calls raise `BadInput` for what is no theorem and `BrokenEnvironment` when Lean cannot be
    brought to work.
    """

    def __init__(
        self, settings: Settings | None = None, *, launch: LaunchFactory | None = None
    ) -> None:
        self._settings, self._launch = settings or Settings(), launch
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="qstar", daemon=True)
        self._thread.start()
        self._opening = asyncio.Lock()
        self._open: session.Prover | None = None
        self._to_close = AsyncExitStack()

    def prove(self, theorem: str | Theorem, *, header: str = "") -> SearchResult:
        """Search for a proof; `header` stands before a statement that is given as text."""
        posed = stated(theorem, header) if isinstance(theorem, str) else theorem
        return self.run(lambda prover: _prove(prover, posed))

    async def prove_async(self, theorem: str | Theorem, *, header: str = "") -> SearchResult:
        """`prove` for coroutines.  Cancelling it ends the search."""
        posed = stated(theorem, header) if isinstance(theorem, str) else theorem
        return await self.run_async(lambda prover: _prove(prover, posed))

    def run(self, work: Callable[[session.Prover], Awaitable[T]]) -> T:
        """The result of `work`, which is done on the prover's own loop; Ctrl-C cancels it."""
        future = self._submit(self._with_session(work))
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    async def run_async(self, work: Callable[[session.Prover], Awaitable[T]]) -> T:
        """`run` for coroutines."""
        return await asyncio.wrap_future(self._submit(self._with_session(work)))

    def close(self) -> None:
        """End the Lean processes.  The prover is of no use after that."""
        if not self._loop.is_closed():
            self._submit(self._close()).result()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    def __enter__(self) -> Prover:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    async def __aenter__(self) -> Prover:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await asyncio.to_thread(self.close)

    def _submit(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    async def _with_session(self, work: Callable[[session.Prover], Awaitable[T]]) -> T:
        async with self._opening:
            prover = self._open = self._open or await self._start()
        return await work(prover)

    async def _start(self) -> session.Prover:
        from prover.lean_setup import prepare_lean

        launch = self._launch or (await asyncio.to_thread(prepare_lean))[1]
        opened = session.open_prover(self._settings, launch, theorems=1)
        return await self._to_close.enter_async_context(opened)

    async def _close(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        async with self._opening:
            await self._to_close.aclose()
        await asyncio.gather(*others, return_exceptions=True)


def prove(
    theorem: str | Theorem, *, header: str = "", settings: Settings | None = None
) -> SearchResult:
    """Search for one proof, in Lean processes that end with it.  See `Prover` for several.

    Raises `BadInput` and `BrokenEnvironment`.
    """
    with Prover(settings) as prover:
        return prover.prove(theorem, header=header)


async def prove_async(
    theorem: str | Theorem, *, header: str = "", settings: Settings | None = None
) -> SearchResult:
    """`prove` for coroutines."""
    async with Prover(settings) as prover:
        return await prover.prove_async(theorem, header=header)


async def _prove(prover: session.Prover, theorem: Theorem) -> SearchResult:
    return await prover.prove(theorem, workers=prover.workers, keep_graph=True)
