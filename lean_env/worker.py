"""A worker: one Lean process at a time, replaced when it ends, and the proof states it holds."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt

from lean_env.errors import (
    LeanCrash,
    LeanOutOfMemory,
    LeanProcessError,
    LeanTimeout,
    ReplayError,
)
from lean_env.tactic_client import TacticClient
from lean_env.types import (
    Applied,
    Limits,
    Origin,
    ProofState,
    Refutation,
    Rejected,
    RejectionReason,
    Tactic,
    Theorem,
    Transition,
)
from lean_env.wire.client import ClientLauncher, Imports, TacticAnswer
from lean_env.wire.protocol import (
    AppliedAnswer,
    CheckAnswer,
    ScanAnswer,
    StartAnswer,
    StateRecord,
)

REPLAY_PATIENCE = 4
"""A tactic that worked before may take this many times its limit when it is replayed."""

T = TypeVar("T")


def _is_worth_a_retry(error: BaseException) -> bool:
    limit = isinstance(error, LeanTimeout | LeanOutOfMemory)
    return isinstance(error, LeanProcessError) and not limit


class Worker:
    """Runs one piece of work at a time in a Lean process, and replaces the process when it ends.

    States are identified as objects, not by key: equal states may differ in the names of their
    variables, which tactics mention.

    Every coroutine raises `InvalidHeader` and `InvalidStatement` for bad input, `ReplayError` when
    a replay leads to other goals, `LeanProcessError` when processes keep ending, and
    `ToolchainError` when none can be started.

    Attributes:
        busy: Whether it is running something; the pool sets it.
    """

    def __init__(
        self, launcher: ClientLauncher[TacticClient], limits: Limits, live: dict[int, ProofState]
    ) -> None:
        """Create a worker without a process.

        Args:
            launcher: Starts its processes.
            limits: The limits of each tactic.
            live: The states that have not been released, by `id`, shared by all workers of a pool;
                the worker adds those that it makes.
        """
        self.busy = False
        self._launcher, self._limits, self._live = launcher, limits, live
        self._client: TacticClient | None = None
        self._imports: Imports = ()
        self._state_ids: dict[int, int] = {}  # `id` of a state -> its number in the process
        self._forgotten: list[ProofState] = []

    # State

    @property
    def cold(self) -> bool:
        """Whether it has no running process."""
        return self._client is None or not self._client.alive

    @property
    def pid(self) -> int | None:
        """The id of its running process; None if it has none."""
        return None if self._client is None or self.cold else self._client.pid

    def has_imports_of(self, header: str) -> bool:
        """Whether it has a process with the imports of `header`."""
        return not self.cold and self._imports == self._launcher.imports_of(header)

    @property
    def holds_no_state(self) -> bool:
        """Whether its process has no proof state that a replacement would lose."""
        return self.cold or not self._state_ids

    def holds(self, state: ProofState) -> bool:
        """Whether `state` is in its process, so that it needs no replay."""
        return not self.cold and id(state) in self._state_ids

    def replay_length(self, state: ProofState) -> int:
        """How many tactics, and the start of a theorem, a replay of `state` takes here."""
        return len(self._replay_path(state))

    # Work

    async def open_header(self, theorem: Theorem) -> None:
        """Elaborate the header of a theorem, in a new process if its imports differ."""
        await self._with_retries(
            lambda: self._ask(theorem.header, lambda client: client.open(theorem.header))
        )

    async def start(self, theorem: Theorem) -> ProofState:
        """Elaborate a statement and return its first proof state."""
        answer = await self._with_retries(lambda: self._start(theorem))
        return self._keep(answer.state, theorem, None, answer.auto_bound)

    async def scan(self, source: str) -> ScanAnswer:
        """Elaborate a file and list its theorems and its declarations with a `sorry`."""
        return await self._with_retries(
            lambda: self._ask(source, lambda client: client.scan(source))
        )

    async def check(self, header: str | None, source: str, seconds: float) -> CheckAnswer:
        """Elaborate `source` to its end; see `LeanPool.check`."""
        return await self._with_retries(
            lambda: self._ask(
                source if header is None else header,
                lambda client: client.check(header, source, seconds),
            )
        )

    async def run(
        self, state: ProofState, tactics: Sequence[Tactic], on_result: Callable[[Transition], None]
    ) -> None:
        """Run tactics on a state, and report each transition as soon as it is known.

        A tactic that does not stop in time is rejected.  When the process ends for another reason,
        the
        tactic runs once more in a new process.  If that one ends as well, the tactic is rejected if
        Lean
        crashed or ran out of memory; otherwise the error is raised.

        Args:
            state: The state; it is replayed if the process does not have it.
            tactics: The tactics, each run on the same state.
            on_result: Called with the transition of each tactic, in order.
        """
        done, again = 0, False
        try:
            while done < len(tactics):
                number = await self._state_id(state)
                since = time.monotonic()
                try:
                    with self._current_client.run(number, tactics[done:], self._limits) as answers:
                        async for answer in answers:
                            on_result(self._transition(state, tactics[done], answer))
                            done, again, since = done + 1, False, time.monotonic()
                except LeanProcessError as error:
                    await self.stop()
                    rejected = _blame_on_tactic(error, again, time.monotonic() - since)
                    if rejected:
                        on_result(rejected)
                        done += 1
                    elif again:
                        raise
                    again = rejected is None
        finally:
            self.forget(_ancestry(state))

    async def refute(self, state: ProofState, seconds: float) -> Refutation:
        """Look for small values that make the goal of `state` false; see `LeanPool.refute`."""

        async def ask() -> Refutation:
            return await self._current_client.refute(await self._state_id(state), seconds)

        return await self._with_retries(ask)

    def forget(self, states: Sequence[ProofState]) -> None:
        """Drop those of `states` that are not live, as soon as the worker is idle."""
        self._forgotten += states
        if not self.busy:
            self.release_forgotten()

    def release_forgotten(self) -> None:
        """Drop the states that `forget` was called with; to be called when the worker is idle."""
        dead = [id(s) for s in self._forgotten if self.holds(s) and id(s) not in self._live]
        numbers = [self._state_ids.pop(key) for key in dict.fromkeys(dead)]
        self._forgotten.clear()
        if self._client is not None:
            self._client.release(numbers)

    async def recycle(self, growth_mb: float) -> None:
        """End the process if it has grown by `growth_mb` MiB; the next work starts a new one."""
        client = self._client
        if client is not None and client.memory_mb() > client.ready_mb + growth_mb:
            await self.stop()

    async def stop(self) -> None:
        """End the process and wait for its end."""
        client, self._client = self._client, None
        self._state_ids.clear()
        if client is not None:
            await client.close()

    # Processes and replays

    async def _with_retries(self, work: Callable[[], Awaitable[T]]) -> T:
        """Do `work`, up to three times when its process ends for no reason of its own."""

        async def attempt() -> T:
            try:
                return await work()
            except LeanProcessError:
                await self.stop()
                raise

        retrying = AsyncRetrying(
            retry=retry_if_exception(_is_worth_a_retry), stop=stop_after_attempt(3), reraise=True
        )
        return await retrying(attempt)

    async def _ask(self, header: str, question: Callable[[TacticClient], Awaitable[T]]) -> T:
        return await self._launcher.ask(header, self._client_for, question)

    async def _client_for(self, imports: Imports) -> TacticClient:
        if self._client is None or self.cold or self._imports != imports:
            await self.stop()
            self._client, self._imports = await self._launcher.client(imports), imports
        return self._client

    @property
    def _current_client(self) -> TacticClient:
        if self._client is None:
            raise LeanProcessError("the Lean process was stopped")
        return self._client

    async def _start(self, theorem: Theorem) -> StartAnswer:
        return await self._ask(theorem.header, lambda client: client.start(theorem))

    def _replay_path(self, state: ProofState) -> list[ProofState]:
        """The states to replay, from the nearest ancestor that the process has down to `state`."""
        path: list[ProofState] = []
        for ancestor in _ancestry(state):
            if self.holds(ancestor):
                break
            path.append(ancestor)
        return path[::-1]

    async def _state_id(self, state: ProofState) -> int:
        """The number of `state` in the process, after a replay if need be."""
        if not self.holds(state):
            await self._with_retries(lambda: self._replay(state))
        return self._state_ids[id(state)]

    async def _replay(self, state: ProofState) -> None:
        for ancestor in self._replay_path(state):
            if ancestor.origin is None:
                record = (await self._start(ancestor.theorem)).state
            else:
                record = await self._rerun(ancestor.origin)
            if record.key != ancestor.key:
                raise ReplayError(_replay_failure(ancestor, "the goals are others"))
            self._state_ids[id(ancestor)] = record.id

    async def _rerun(self, origin: Origin) -> StateRecord:
        """Run a tactic that succeeded before, with more time."""
        limits = replace(self._limits, seconds=self._limits.seconds * REPLAY_PATIENCE)
        number = self._state_ids[id(origin.parent)]
        with self._current_client.run(number, [origin.tactic], limits) as answers:
            answer = await anext(answers)
        if not isinstance(answer, AppliedAnswer):
            raise ReplayError(
                _replay_failure(origin.parent, f"`{origin.tactic}` fails: {answer.message}")
            )
        if origin.index >= len(answer.states):
            raise ReplayError(
                _replay_failure(origin.parent, f"`{origin.tactic}` leaves fewer goals")
            )
        self._current_client.release(
            [s.id for i, s in enumerate(answer.states) if i != origin.index]
        )
        return answer.states[origin.index]

    def _transition(self, state: ProofState, tactic: Tactic, answer: TacticAnswer) -> Transition:
        seconds = answer.ms / 1000
        if not isinstance(answer, AppliedAnswer):
            return Rejected(answer.reason, answer.message, seconds)
        states = [
            self._keep(record, state.theorem, Origin(state, tactic, i))
            for i, record in enumerate(answer.states)
        ]
        return Applied(tuple(states), answer.positions, answer.messages, seconds)

    def _keep(
        self,
        record: StateRecord,
        theorem: Theorem,
        origin: Origin | None,
        auto_bound: tuple[str, ...] = (),
    ) -> ProofState:
        state = ProofState(record.key, theorem, record.goals, origin, auto_bound)
        self._live[id(state)] = state
        self._state_ids[id(state)] = record.id
        return state


def _ancestry(state: ProofState) -> list[ProofState]:
    """`state`, its parent, and so on to the first state of the theorem."""
    lineage = [state]
    while (origin := lineage[-1].origin) is not None:
        lineage.append(origin.parent)
    return lineage


def _blame_on_tactic(error: LeanProcessError, again: bool, seconds: float) -> Rejected | None:
    """The rejection of the tactic that ended its process; None when it may not be to blame."""
    if isinstance(error, LeanTimeout):
        return Rejected(RejectionReason.TIMEOUT, str(error), seconds)
    if isinstance(error, LeanOutOfMemory) and again:
        return Rejected(RejectionReason.MEMORY, str(error), seconds)
    if isinstance(error, LeanCrash) and again:
        return Rejected(RejectionReason.CRASH, str(error), seconds)
    return None


def _replay_failure(state: ProofState, how: str) -> str:
    name = state.theorem.name or state.theorem.statement
    return f"replaying a proof of `{name}`, after {len(state.path)} tactics: {how}"
