"""Several Lean processes behind one `Environment`.

Who does what.  A worker that becomes idle takes, in this order,

1. tactics on a state that it holds;
2. a theorem to start, rather one whose imports it has;
3. tactics on a state that no worker holds, or whose holders have so much to do that replaying the
   state here, and sharing the work, ends sooner.  One step of a replay counts as one tactic.

It takes a share of 1/(2 · workers) of all tactics that wait, of one state at most: large pieces at
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

from lean_env.errors import BrokenEnvironment
from lean_env.gate.forbidden import first_forbidden
from lean_env.types import (
    Applied,
    Limits,
    ProofState,
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
    """`limits` are those of each tactic.  A process above `memory_mb` is killed; one that has grown
    by `growth_mb` since it was ready is replaced when it has answered (MiB of private memory).  A
    header and a statement may each take `setup_seconds`."""

    workers: int = 2
    limits: Limits = field(default_factory=Limits)
    memory_mb: float = 3072
    growth_mb: float = 1024
    setup_seconds: float = 300


class _Work(ABC):
    """What a caller waits for."""

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
        """The states that came out of it."""


class _Errand(_Work):
    """What one worker does in one go.  `header` says which imports it takes."""

    def __init__(self, header: str, errand: Callable[[Worker], Awaitable[object]]) -> None:
        super().__init__()
        self.header, self._errand = header, errand

    async def run(self, worker: Worker) -> None:
        self.finish(await self._errand(worker))

    def states(self) -> list[ProofState]:
        result = self.done.result() if self.done.done() and not self.error else None
        return [result] if isinstance(result, ProofState) else []


class _Job(_Work):
    """The tactics of one state in one call of `step`, which workers may share."""

    def __init__(self, state: ProofState, tactics: Sequence[Tactic]) -> None:
        super().__init__()
        self.state, self.tactics = state, tactics
        self.results: list[Transition | None] = [_screen(tactic) for tactic in tactics]
        self.todo = deque(i for i, result in enumerate(self.results) if result is None)
        self._missing = len(self.todo)
        if not self.todo:
            self.finish(None)

    def take(self, size: int) -> list[int]:
        """The places of up to `size` tactics, which the taker is to run."""
        return [self.todo.popleft() for _ in range(min(size, len(self.todo)))]

    async def run(self, worker: Worker, places: Sequence[int]) -> None:
        next_place = iter(places)

        def put(transition: Transition) -> None:
            self.results[next(next_place)] = transition
            self._missing -= 1
            if not self._missing:
                self.finish(None)

        await worker.run(self.state, [self.tactics[i] for i in places], put)

    def states(self) -> list[ProofState]:
        return [s for result in self.results if isinstance(result, Applied) for s in result.states]


def _screen(tactic: Tactic) -> Rejected | None:
    """What can be said about a tactic without Lean."""
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
            launch, memory_mb=config.memory_mb, setup_seconds=config.setup_seconds
        )
        self._live: dict[int, ProofState] = {}
        self._workers = [Worker(launcher, config.limits, self._live) for _ in range(config.workers)]
        self._errands: list[_Errand] = []  # what waits, in the order in which it came
        self._jobs: list[_Job] = []
        self._tasks: dict[asyncio.Task[None], _Work] = {}  # what is being worked on
        self._closed = False
        self.worked = 0.0
        """Seconds that all workers together were at work on what has ended."""

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
        """The Lean processes that there are at present."""
        return [worker.pid for worker in self._workers if worker.pid is not None]

    # Calls

    async def start(self, theorem: Theorem) -> ProofState:
        """The first state of `theorem`."""
        errand = _Errand(theorem.header, lambda worker: worker.start(theorem))
        self._errands.append(errand)
        await self._wait_for([errand])
        return cast(ProofState, errand.done.result())

    async def scan(self, source: str) -> ScanAnswer:
        """The theorems of a file, and its declarations that have a `sorry`.

        Raises `InvalidHeader` if the file has errors."""
        errand = _Errand(source, lambda worker: worker.scan(source))
        self._errands.append(errand)
        await self._wait_for([errand])
        return cast(ScanAnswer, errand.done.result())

    async def check(self, header: str | None, source: str, seconds: float) -> CheckAnswer:
        """Elaborate `source` to its end, after a header or, when that is None, as a file with
        imports of its own.  The header is elaborated once a process.

        Raises `InvalidHeader` for the header or for a file's imports, `LeanTimeout` when Lean does
        not stop when its time is up.
        """
        errand = _Errand(
            source if header is None else header,
            lambda worker: worker.check(header, source, seconds),
        )
        self._errands.append(errand)
        await self._wait_for([errand])
        return cast(CheckAnswer, errand.done.result())

    async def step(
        self, batch: Sequence[tuple[ProofState, Sequence[Tactic]]]
    ) -> list[list[Transition]]:
        """Run each tactic on its state; answers stand in the order of the questions."""
        jobs = [_Job(state, tactics) for state, tactics in batch]
        waiting = [job for job in jobs if job.todo]
        self._live.update((id(job.state), job.state) for job in waiting)
        self._jobs += waiting
        await self._wait_for(waiting)
        return [cast(list[Transition], job.results) for job in jobs]

    async def release(self, states: Sequence[ProofState]) -> None:
        """Lean may forget these states."""
        self._forget(states)

    async def close(self) -> None:
        """End all processes; calls that still wait raise `BrokenEnvironment`."""
        self._closed = True
        for work in [*self._errands, *self._jobs, *self._tasks.values()]:
            work.fail(BrokenEnvironment("the pool was closed"))
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.gather(*(worker.stop() for worker in self._workers))

    # Waiting

    async def _wait_for(self, works: Sequence[_Work]) -> None:
        """Until all is done.  Raises the first error; then, and when cancelled, nothing is left."""
        if self._closed:
            raise BrokenEnvironment("the pool is closed")
        self._dispatch()
        try:
            if works:
                await asyncio.wait([w.done for w in works], return_when=asyncio.FIRST_EXCEPTION)
            for error in [w.error for w in works]:
                if error is not None:
                    raise error
        except BaseException:
            self._withdraw(works)
            raise

    def _withdraw(self, works: Sequence[_Work]) -> None:
        gone = set(works)
        self._errands = [errand for errand in self._errands if errand not in gone]
        self._jobs = [job for job in self._jobs if job not in gone]
        for work in works:
            for task in work.tasks:
                task.cancel()
            self._forget(work.states())

    def _forget(self, states: Sequence[ProofState]) -> None:
        for state in states:
            self._live.pop(id(state), None)
        for worker in self._workers:
            worker.forget(states)

    # Who does what

    def _dispatch(self) -> None:
        """Give every idle worker something to do, as the head of this file says."""
        for choose in (self._own, self._errand, self._foreign):
            for worker in self._workers:
                if not worker.busy and not self._closed:
                    choose(worker)

    def _own(self, worker: Worker) -> None:
        """Tactics on a state that the worker holds."""
        for job in self._jobs:
            if worker.holds(job.state):
                return self._take(worker, job)

    def _errand(self, worker: Worker) -> None:
        if self._errands:
            fitting = [errand for errand in self._errands if worker.fits(errand.header)]
            errand = (fitting or self._errands)[0]
            self._errands.remove(errand)
            self._assign(worker, errand, partial(errand.run, worker))

    def _foreign(self, worker: Worker) -> None:
        """Tactics on a state that the worker would have to replay."""
        share = self._share()
        waiting = [
            w.busy + sum(len(j.todo) for j in self._jobs if w.holds(j.state)) for w in self._workers
        ]
        for job in self._jobs:
            queues = [n for w, n in zip(self._workers, waiting, strict=True) if w.holds(job.state)]
            if not queues:
                return self._take(worker, job)
            if not worker.fits(job.state.theorem.header):
                if worker.empty:
                    return self._assign(worker, job, partial(worker.prepare, job.state.theorem))
            elif worker.distance(job.state) + 2 * min(share, len(job.todo)) <= min(queues):
                return self._take(worker, job)

    def _share(self) -> int:
        """How many tactics a worker takes in one go."""
        total = sum(len(job.todo) for job in self._jobs)
        return total if len(self._workers) == 1 else math.ceil(total / (2 * len(self._workers)))

    def _take(self, worker: Worker, job: _Job) -> None:
        places = job.take(self._share())
        if not job.todo:
            self._jobs.remove(job)
        self._assign(worker, job, partial(job.run, worker, places))

    def _assign(self, worker: Worker, work: _Work, steps: Callable[[], Awaitable[None]]) -> None:
        worker.busy = True
        task = asyncio.create_task(self._serve(worker, steps))
        work.tasks.add(task)
        self._tasks[task] = work
        task.add_done_callback(partial(self._finished, worker, work))

    async def _serve(self, worker: Worker, steps: Callable[[], Awaitable[None]]) -> None:
        began = time.monotonic()
        try:
            await steps()
            await worker.recycle(self._config.growth_mb)
        finally:
            self.worked += time.monotonic() - began

    def _finished(self, worker: Worker, work: _Work, task: asyncio.Task[None]) -> None:
        worker.busy = False
        worker.tidy()
        work.tasks.discard(task)
        del self._tasks[task]
        if not task.cancelled() and (error := task.exception()) is not None:
            work.fail(error)
        self._dispatch()
