"""Several Lean processes behind one `Environment`.

Scheduling: a worker that becomes idle takes, in this order:

1. tactics on a state that it holds;
2. a theorem, file or text, preferably one whose imports it has;
3. tactics on a state that no worker holds, or whose holders have so much to do that replaying the
   state here, and sharing the work, ends sooner.  One step of a replay counts as one tactic.

It takes a chunk of 1/(2 · workers) of all tactics that wait, of one state at most: large pieces at
first, single tactics at the end, so that all workers end together (guided self-scheduling,
Polychronopoulos and Kuck 1987).  A process is started when there is work that would have to wait.
"""

from __future__ import annotations

import asyncio
import math
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import TracebackType
from typing import Any, cast

from lean_env.errors import BrokenEnvironment, LeanProcessError
from lean_env.gate.forbidden import first_forbidden
from lean_env.tactic_client import connect
from lean_env.types import (
    Applied,
    Limits,
    ProofState,
    Refutation,
    Rejected,
    RejectionReason,
    Tactic,
    Theorem,
    Transition,
)
from lean_env.wire.client import ClientLauncher, LaunchFactory
from lean_env.wire.protocol import CheckAnswer, ScanAnswer
from lean_env.worker import Worker


@dataclass(frozen=True, kw_only=True)
class PoolConfig:
    """How many Lean processes a pool has, and what they may use.

    Attributes:
        workers: The largest number of Lean processes.
        limits: The limits of each tactic.
        memory_mb: A process with more private memory than this is killed (MiB).
        growth_mb: A process that has grown by this much since it was ready is replaced after its
            next answer (MiB).
        setup_seconds: The time limit of elaborating a header, and of elaborating a statement.
    """

    workers: int = 2
    limits: Limits = field(default_factory=Limits)
    memory_mb: float = 3072
    growth_mb: float = 1024
    setup_seconds: float = 300


class _PendingWork(ABC):
    """Work that a caller waits for."""

    def __init__(self) -> None:
        self.tasks: set[asyncio.Task[None]] = set()
        self.done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    def finish(self, result: object) -> None:
        if not self.done.done():
            self.done.set_result(result)

    def fail(self, error: BaseException) -> None:
        if not self.done.done():
            self.done.set_exception(error)

    @property
    def error(self) -> BaseException | None:
        return self.done.exception() if self.done.done() else None

    @abstractmethod
    def states(self) -> list[ProofState]:
        """The proof states that it has made so far."""


class _WorkerTask(_PendingWork):
    """Work that one worker does without sharing it, in a process with the imports of `header`.

    It is about `state`, if given, and then left to a worker that holds this, if one does.
    """

    def __init__(
        self,
        header: str,
        function: Callable[[Worker], Awaitable[object]],
        state: ProofState | None = None,
    ) -> None:
        super().__init__()
        self.header, self.state, self._function = header, state, function

    async def run(self, worker: Worker) -> None:
        self.finish(await self._function(worker))

    def states(self) -> list[ProofState]:
        result = self.done.result() if self.done.done() and not self.error else None
        return [result] if isinstance(result, ProofState) else []


class _TacticBatch(_PendingWork):
    """The tactics of one state in one call of `step`, which workers may chunk."""

    def __init__(self, state: ProofState, tactics: Sequence[Tactic]) -> None:
        super().__init__()
        self.state, self.tactics = state, tactics
        self.results: list[Transition | None] = [_reject_without_lean(tactic) for tactic in tactics]
        self.waiting = deque(i for i, result in enumerate(self.results) if result is None)
        self._missing = len(self.waiting)
        if not self.waiting:
            self.finish(None)

    def take(self, size: int) -> list[int]:
        """Remove up to `size` waiting tactics from the queue and return their indices."""
        return [self.waiting.popleft() for _ in range(min(size, len(self.waiting)))]

    async def run(self, worker: Worker, indices: Sequence[int]) -> None:
        next_index = iter(indices)

        def on_result(transition: Transition) -> None:
            self.results[next(next_index)] = transition
            self._missing -= 1
            if not self._missing:
                self.finish(None)

        await worker.run(self.state, [self.tactics[i] for i in indices], on_result)

    def states(self) -> list[ProofState]:
        return [s for result in self.results if isinstance(result, Applied) for s in result.states]


def _reject_without_lean(tactic: Tactic) -> Rejected | None:
    """Reject a tactic that no proof needs, or that is not Unicode text."""
    if word := first_forbidden(tactic):
        return Rejected(RejectionReason.FORBIDDEN, f"`{word}` is not allowed in a proof")
    try:
        tactic.encode()
    except UnicodeEncodeError as error:
        return Rejected(RejectionReason.PARSE, f"not Unicode text: {error}")
    return None


class LeanPool:
    """An `Environment` over several Lean processes, for `async with LeanPool(launch) as pool`.

    A state is held until it is released.  One that was released, or comes from elsewhere, is
    replayed when it is asked about.  Tactics with what no proof needs are rejected without Lean.
    Cancelling a call cancels what Lean does for it and leaves the pool usable.

    Calls raise `InvalidHeader` and `InvalidStatement`, and kinds of `BrokenEnvironment`:
    `ReplayError` when a replay leads elsewhere, `LeanProcessError` when processes keep ending and
    no tactic is to blame, `ToolchainError` when none can be started.
    """

    def __init__(self, launch: LaunchFactory, config: PoolConfig | None = None) -> None:
        self._config = config = config or PoolConfig()
        launcher = ClientLauncher(
            launch, connect, memory_mb=config.memory_mb, setup_seconds=config.setup_seconds
        )
        self._live: dict[int, ProofState] = {}
        self._workers = [Worker(launcher, config.limits, self._live) for _ in range(config.workers)]
        self._worker_tasks: list[_WorkerTask] = []  # what waits, in the order in which it came
        self._batches: list[_TacticBatch] = []
        self._tasks: dict[asyncio.Task[None], _PendingWork] = {}  # what is being busy_seconds on
        self._closed = False
        self.busy_seconds = 0.0
        """Seconds that the workers have spent on finished item, added up over all workers."""

    async def __aenter__(self) -> LeanPool:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    @property
    def pids(self) -> list[int]:
        """The process ids of the Lean processes that are running."""
        return [worker.pid for worker in self._workers if worker.pid is not None]

    # Calls

    async def start(self, theorem: Theorem) -> ProofState:
        """Elaborate a statement and return its first proof state.

        Args:
            theorem: The statement, with its header.

        Returns:
            The state with the statement's goal, held until it is released.

        Raises:
            InvalidHeader: Lean reports an error in the header.
            InvalidStatement: Lean does not elaborate the statement.
            BrokenEnvironment: Lean cannot be started, or its processes keep ending.
        """
        task = _WorkerTask(theorem.header, lambda worker: worker.start(theorem))
        self._worker_tasks.append(task)
        await self._wait_for([task])
        return cast(ProofState, task.done.result())

    async def scan(self, source: str) -> ScanAnswer:
        """Elaborate a whole file and list its theorems and its declarations with a `sorry`.

        Args:
            source: The text of the file.

        Returns:
            The theorems and the declarations with a `sorry`, in the order of the file.

        Raises:
            InvalidHeader: The file has errors.
            BrokenEnvironment: Lean cannot be started, or its processes keep ending.
        """
        task = _WorkerTask(source, lambda worker: worker.scan(source))
        self._worker_tasks.append(task)
        await self._wait_for([task])
        return cast(ScanAnswer, task.done.result())

    async def check(self, header: str | None, source: str, seconds: float) -> CheckAnswer:
        """Elaborate a text to its end, whatever errors are in it.

        Args:
            header: The text that `source` continues, elaborated once a process; None if `source` is
                a file with imports of its own.
            source: The text to elaborate.
            seconds: The time limit.

        Returns:
            The messages and the goals at each `sorry`.

        Raises:
            InvalidHeader: Lean reports an error in the header or in the file's imports.
            LeanTimeout: Lean does not stop when its time is over.
            BrokenEnvironment: Lean cannot be started, or its processes keep ending.
        """
        task = _WorkerTask(
            source if header is None else header,
            lambda worker: worker.check(header, source, seconds),
        )
        self._worker_tasks.append(task)
        await self._wait_for([task])
        return cast(CheckAnswer, task.done.result())

    async def step(
        self, batch: Sequence[tuple[ProofState, Sequence[Tactic]]]
    ) -> list[list[Transition]]:
        """Run each tactic on its state.

        Args:
            batch: Pairs of a state and the tactics to run on it, each tactic independently.

        Returns:
            One list a pair and one transition a tactic, in the order of the arguments.

        Raises:
            ReplayError: Replaying a state led to other goals.
            BrokenEnvironment: Lean cannot be started, or its processes keep ending and no tactic is
                to blame.
        """
        batches = [_TacticBatch(state, tactics) for state, tactics in batch]
        waiting = [batch for batch in batches if batch.waiting]
        self._live.update((id(batch.state), batch.state) for batch in waiting)
        self._batches += waiting
        await self._wait_for(waiting)
        return [cast(list[Transition], batch.results) for batch in batches]

    async def refute(self, state: ProofState, seconds: float) -> Refutation:
        """Look for small values that make the goal of a state false.

        Args:
            state: The first state of a theorem.
            seconds: The time limit.

        Returns:
            What was found; when Lean ends while it looks, why not.  It is no proof: that is for
            the gate.

        Raises:
            BrokenEnvironment: Lean cannot be started.
        """
        task = _WorkerTask(
            state.theorem.header, lambda worker: worker.refute(state, seconds), state
        )
        self._worker_tasks.append(task)
        try:
            await self._wait_for([task])
        except LeanProcessError as error:
            return Refutation(why=f"Lean ended: {error}")
        return cast(Refutation, task.done.result())

    async def release(self, states: Sequence[ProofState]) -> None:
        """Let Lean forget states; a later `step` on one of them replays it.

        Args:
            states: The states that are no longer needed.
        """
        self._forget(states)

    async def close(self) -> None:
        """End all processes; calls that still wait raise `BrokenEnvironment`."""
        self._closed = True
        for item in [*self._worker_tasks, *self._batches, *self._tasks.values()]:
            item.fail(BrokenEnvironment("the pool was closed"))
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.gather(*(worker.stop() for worker in self._workers))

    # Waiting

    async def _wait_for(self, items: Sequence[_PendingWork]) -> None:
        """Wait for all items; after an error, or when cancelled, cancel the others."""
        if self._closed:
            raise BrokenEnvironment("the pool is closed")
        self._dispatch()
        try:
            if items:
                await asyncio.wait(
                    [item.done for item in items], return_when=asyncio.FIRST_EXCEPTION
                )
            for error in [item.error for item in items]:
                if error is not None:
                    raise error
        except BaseException:
            self._cancel(items)
            raise

    def _cancel(self, items: Sequence[_PendingWork]) -> None:
        gone = set(items)
        self._worker_tasks = [task for task in self._worker_tasks if task not in gone]
        self._batches = [batch for batch in self._batches if batch not in gone]
        for item in items:
            for task in item.tasks:
                task.cancel()
            self._forget(item.states())

    def _forget(self, states: Sequence[ProofState]) -> None:
        for state in states:
            self._live.pop(id(state), None)
        for worker in self._workers:
            worker.forget(states)

    # Scheduling

    def _dispatch(self) -> None:
        """Give every idle worker something to do, in the order of this module's docstring."""
        for choose in (self._assign_held_state, self._assign_worker_task, self._assign_replay):
            for worker in self._workers:
                if not worker.busy and not self._closed:
                    choose(worker)

    def _assign_held_state(self, worker: Worker) -> None:
        """Tactics on a state that the worker holds."""
        for batch in self._batches:
            if worker.holds(batch.state):
                self._assign_chunk(worker, batch)
                return

    def _assign_worker_task(self, worker: Worker) -> None:
        """Start a theorem, scan a file, check a text or look for a counterexample."""
        tasks = [task for task in self._worker_tasks if self._may_take(worker, task.state)]
        if tasks:
            with_imports = [task for task in tasks if worker.has_imports_of(task.header)]
            task = (with_imports or tasks)[0]
            self._worker_tasks.remove(task)
            self._assign(worker, task, partial(task.run, worker))

    def _may_take(self, worker: Worker, state: ProofState | None) -> bool:
        """Whether work about a state is this worker's: it holds it, or none of the others does."""
        return (
            state is None or worker.holds(state) or not any(w.holds(state) for w in self._workers)
        )

    def _assign_replay(self, worker: Worker) -> None:
        """Tactics on a state that the worker would have to replay."""
        chunk = self._chunk_size()
        waiting = [
            w.busy + sum(len(b.waiting) for b in self._batches if w.holds(b.state))
            for w in self._workers
        ]
        for batch in self._batches:
            queues = [
                n for w, n in zip(self._workers, waiting, strict=True) if w.holds(batch.state)
            ]
            if not queues:
                self._assign_chunk(worker, batch)
                return
            if not worker.has_imports_of(batch.state.theorem.header):
                if worker.holds_no_state:
                    self._assign(worker, batch, partial(worker.open_header, batch.state.theorem))
                    return
            elif worker.replay_length(batch.state) + 2 * min(chunk, len(batch.waiting)) <= min(
                queues
            ):
                self._assign_chunk(worker, batch)
                return

    def _chunk_size(self) -> int:
        """How many tactics a worker takes at once."""
        total = sum(len(batch.waiting) for batch in self._batches)
        return total if len(self._workers) == 1 else math.ceil(total / (2 * len(self._workers)))

    def _assign_chunk(self, worker: Worker, batch: _TacticBatch) -> None:
        indices = batch.take(self._chunk_size())
        if not batch.waiting:
            self._batches.remove(batch)
        self._assign(worker, batch, partial(batch.run, worker, indices))

    def _assign(
        self, worker: Worker, item: _PendingWork, steps: Callable[[], Awaitable[None]]
    ) -> None:
        worker.busy = True
        task = asyncio.create_task(self._run_and_recycle(worker, steps))
        item.tasks.add(task)
        self._tasks[task] = item
        task.add_done_callback(partial(self._finished, worker, item))

    async def _run_and_recycle(self, worker: Worker, steps: Callable[[], Awaitable[None]]) -> None:
        began = time.monotonic()
        try:
            await steps()
            await worker.recycle(self._config.growth_mb)
        finally:
            self.busy_seconds += time.monotonic() - began

    def _finished(self, worker: Worker, item: _PendingWork, task: asyncio.Task[None]) -> None:
        worker.busy = False
        worker.release_forgotten()
        item.tasks.discard(task)
        del self._tasks[task]
        if not task.cancelled() and (error := task.exception()) is not None:
            item.fail(error)
        self._dispatch()
