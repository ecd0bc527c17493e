"""The prover as a Python library: for scripts, notebooks and programs with an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Future
from contextlib import AsyncExitStack
from dataclasses import replace
from threading import Thread
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar, Unpack

from lean_env.types import Theorem
from prover import session
from prover.config import Parameters, Settings
from prover.problems.read import parse_statement
from prover.result import SearchResult

if TYPE_CHECKING:
    from lean_env.wire.client import LaunchFactory

T = TypeVar("T")


class Prover:
    """Proves theorems from scripts, notebooks and coroutines.

    It is a `prover.session.ProverSession` on an event loop in a thread of its own, so several
    callers, on any event loop or none, can use it at the same time.  The Lean processes end with
    `close` or the `with` block.  Results hold their proof graphs.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        launch: LaunchFactory | None = None,
        **parameters: Unpack[Parameters],
    ) -> None:
        """Create a prover; Lean starts with the first theorem.

        Args:
            settings: How to prove; the default is `Settings()`.
            launch: How to start Lean; the default is how `qstar prove` starts it.
            **parameters: Fields of `Settings` that differ from `settings`, for example
                `Prover(policy=MyPolicy(), search=AStar(), timeout=30)`.

        Raises:
            BadParameter: A parameter has a value that cannot be used.
        """
        if settings is None:
            self._settings = Settings(**parameters)
        else:
            self._settings = replace(settings, **parameters)
        self._launch = launch
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="qstar", daemon=True)
        self._thread.start()
        self._opening = asyncio.Lock()
        self._open: session.ProverSession | None = None
        self._to_close = AsyncExitStack()

    def prove(self, theorem: str | Theorem, *, header: str = "") -> SearchResult:
        """Search for a proof.

        Args:
            theorem: A theorem, or the text of its declaration.
            header: Imports and definitions that precede a text.

        Raises:
            BadInput: The theorem is invalid.
            BrokenEnvironment: Lean does not work.
        """
        parsed = parse_statement(theorem, header) if isinstance(theorem, str) else theorem
        strict = isinstance(theorem, str)
        return self.run(lambda prover: _prove(prover, parsed, strict_names=strict))

    async def prove_async(self, theorem: str | Theorem, *, header: str = "") -> SearchResult:
        """`prove` for coroutines.  Cancelling it ends the search."""
        parsed = parse_statement(theorem, header) if isinstance(theorem, str) else theorem
        strict = isinstance(theorem, str)
        return await self.run_async(lambda prover: _prove(prover, parsed, strict_names=strict))

    def run(self, work: Callable[[session.ProverSession], Awaitable[T]]) -> T:
        """Run `work` on the prover's own event loop and return its result; Ctrl-C cancels it."""
        future = self._submit(self._with_session(work))
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    async def run_async(self, work: Callable[[session.ProverSession], Awaitable[T]]) -> T:
        """`run` for coroutines."""
        return await asyncio.wrap_future(self._submit(self._with_session(work)))

    def close(self) -> None:
        """End the Lean processes.  The prover cannot be used after that."""
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

    async def _with_session(self, work: Callable[[session.ProverSession], Awaitable[T]]) -> T:
        async with self._opening:
            prover = self._open = self._open or await self._start()
        return await work(prover)

    async def _start(self) -> session.ProverSession:
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
    """Search for one proof; the Lean processes end with it.  See `Prover` for several.

    Args:
        theorem: A theorem, or the text of its declaration.
        header: Imports and definitions that precede a text.
        settings: How to prove; the default is `Settings()`.

    Raises:
        BadInput: The theorem is invalid.
        BrokenEnvironment: Lean does not work.
    """
    with Prover(settings) as prover:
        return prover.prove(theorem, header=header)


async def prove_async(
    theorem: str | Theorem, *, header: str = "", settings: Settings | None = None
) -> SearchResult:
    """`prove` for coroutines."""
    async with Prover(settings) as prover:
        return await prover.prove_async(theorem, header=header)


async def _prove(
    prover: session.ProverSession, theorem: Theorem, *, strict_names: bool
) -> SearchResult:
    return await prover.prove(
        theorem, workers=prover.workers, strict_names=strict_names, keep_graph=True
    )
