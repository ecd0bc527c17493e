"""A Lean process that is replaced when it ends, and the proof states that it holds."""

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
from lean_env.types import (
    Applied,
    Limits,
    Origin,
    ProofState,
    Rejected,
    RejectionReason,
    Tactic,
    Theorem,
    Transition,
)
from lean_env.wire.client import ClientLauncher, Imports, LeanClient, TacticAnswer
from lean_env.wire.protocol import AppliedAnswer, CheckAnswer, ScanAnswer, StateRecord

REPLAY_PATIENCE = 4
"""A tactic that worked before may take this many times its limit when it is replayed."""

T = TypeVar("T")


def _may_be_chance(error: BaseException) -> bool:
    limit = isinstance(error, LeanTimeout | LeanOutOfMemory)
    return isinstance(error, LeanProcessError) and not limit


class Worker:
    """One process at a time, working on one thing at a time.

    States are told apart as objects, not by key: equal states may differ in the names of their
    variables, which tactics mention.  `live` are the states that somebody may still ask about, by
    `id`; the worker adds those that it makes.

    Methods that await raise `InvalidHeader` and `InvalidStatement` for bad input, `ReplayError`,
    `LeanProcessError` when processes keep ending, and `ToolchainError`.
    """

    def __init__(
        self, launcher: ClientLauncher, limits: Limits, live: dict[int, ProofState]
    ) -> None:
        self.busy = False
        self._launcher, self._limits, self._live = launcher, limits, live
        self._client: LeanClient | None = None
        self._imports: Imports = ()
        self._numbers: dict[int, int] = {}  # id of a state -> its number in the process
        self._unwanted: list[ProofState] = []

    # What it has

    @property
    def cold(self) -> bool:
        """It has no process."""
        return self._client is None or not self._client.alive

    @property
    def pid(self) -> int | None:
        return None if self._client is None or self.cold else self._client.pid

    def fits(self, header: str) -> bool:
        """It has a process with the imports that `header` wants."""
        return not self.cold and self._imports == self._launcher.imports_of(header)

    @property
    def empty(self) -> bool:
        """It holds no state."""
        return self.cold or not self._numbers

    def holds(self, state: ProofState) -> bool:
        return not self.cold and id(state) in self._numbers

    def distance(self, state: ProofState) -> int:
        """How many steps a replay of `state` takes here."""
        return len(self._missing(state))

    # What it does

    async def prepare(self, theorem: Theorem) -> None:
        """Have a process that has elaborated the theorem's header."""
        await self._reliably(
            lambda: self._ask(theorem.header, lambda client: client.open(theorem.header))
        )

    async def start(self, theorem: Theorem) -> ProofState:
        return self._keep(await self._reliably(lambda: self._first(theorem)), theorem, None)

    async def scan(self, source: str) -> ScanAnswer:
        return await self._reliably(lambda: self._ask(source, lambda client: client.scan(source)))

    async def check(self, header: str | None, source: str, seconds: float) -> CheckAnswer:
        return await self._reliably(
            lambda: self._ask(
                source if header is None else header,
                lambda client: client.check(header, source, seconds),
            )
        )

    async def run(
        self, state: ProofState, tactics: Sequence[Tactic], put: Callable[[Transition], None]
    ) -> None:
        """Give `put` what becomes of each tactic, in order, whatever becomes of the process.

        A tactic that does not stop in time is rejected.  When a process ends otherwise it may be
        chance, and the tactic runs once more in a fresh one.  If that one ends as well, the tactic
        is rejected if Lean itself broke down or ran out of memory; else the machine is broken.
        """
        done, again = 0, False
        try:
            while done < len(tactics):
                number = await self._locate(state)
                since = time.monotonic()
                try:
                    with self._running.run(number, tactics[done:], self._limits) as answers:
                        async for answer in answers:
                            put(self._transition(state, tactics[done], answer))
                            done, again, since = done + 1, False, time.monotonic()
                except LeanProcessError as error:
                    await self.stop()
                    rejected = _its_doing(error, again, time.monotonic() - since)
                    if rejected:
                        put(rejected)
                        done += 1
                    elif again:
                        raise
                    again = rejected is None
        finally:
            self.forget(_lineage(state))

    def forget(self, states: Sequence[ProofState]) -> None:
        """Drop those of `states` that are not live, as soon as nothing runs here."""
        self._unwanted += states
        if not self.busy:
            self.tidy()

    def tidy(self) -> None:
        """To be called when a piece of work is done."""
        dead = [id(s) for s in self._unwanted if self.holds(s) and id(s) not in self._live]
        numbers = [self._numbers.pop(key) for key in dict.fromkeys(dead)]
        self._unwanted.clear()
        if self._client is not None:
            self._client.release(numbers)

    async def recycle(self, growth_mb: float) -> None:
        """End the process if it has grown by so much; the next piece of work gets a fresh one."""
        client = self._client
        if client is not None and client.memory_mb() > client.ready_mb + growth_mb:
            await self.stop()

    async def stop(self) -> None:
        """End the process and wait for its end."""
        client, self._client = self._client, None
        self._numbers.clear()
        if client is not None:
            await client.close()

    # How it does it

    async def _reliably(self, work: Callable[[], Awaitable[T]]) -> T:
        """Do `work`; again with a fresh process when one ends, as may happen by chance."""

        async def attempt() -> T:
            try:
                return await work()
            except LeanProcessError:
                await self.stop()
                raise

        retrying = AsyncRetrying(
            retry=retry_if_exception(_may_be_chance), stop=stop_after_attempt(3), reraise=True
        )
        return await retrying(attempt)

    async def _ask(self, header: str, question: Callable[[LeanClient], Awaitable[T]]) -> T:
        return await self._launcher.ask(header, self._client_with, question)

    async def _client_with(self, imports: Imports) -> LeanClient:
        if self._client is None or self.cold or self._imports != imports:
            await self.stop()
            self._client, self._imports = await self._launcher.client(imports), imports
        return self._client

    @property
    def _running(self) -> LeanClient:
        if self._client is None:
            raise LeanProcessError("the Lean process was stopped")
        return self._client

    async def _first(self, theorem: Theorem) -> StateRecord:
        answer = await self._ask(theorem.header, lambda client: client.start(theorem))
        return answer.state

    def _missing(self, state: ProofState) -> list[ProofState]:
        """`state` and its ancestors up to the nearest one that the process has; earliest first."""
        missing: list[ProofState] = []
        for ancestor in _lineage(state):
            if self.holds(ancestor):
                break
            missing.append(ancestor)
        return missing[::-1]

    async def _locate(self, state: ProofState) -> int:
        """The number of `state` in the process; what the process lacks is replayed."""
        if not self.holds(state):
            await self._reliably(lambda: self._replay(state))
        return self._numbers[id(state)]

    async def _replay(self, state: ProofState) -> None:
        for ancestor in self._missing(state):
            if ancestor.origin is None:
                record = await self._first(ancestor.theorem)
            else:
                record = await self._again(ancestor.origin)
            if record.key != ancestor.key:
                raise ReplayError(_diverged(ancestor, "the goals are others"))
            self._numbers[id(ancestor)] = record.id

    async def _again(self, origin: Origin) -> StateRecord:
        """Run a tactic that worked before."""
        limits = replace(self._limits, seconds=self._limits.seconds * REPLAY_PATIENCE)
        number = self._numbers[id(origin.parent)]
        with self._running.run(number, [origin.tactic], limits) as answers:
            answer = await anext(answers)
        if not isinstance(answer, AppliedAnswer):
            raise ReplayError(
                _diverged(origin.parent, f"`{origin.tactic}` fails: {answer.message}")
            )
        if origin.index >= len(answer.states):
            raise ReplayError(_diverged(origin.parent, f"`{origin.tactic}` leaves fewer goals"))
        self._running.release([s.id for i, s in enumerate(answer.states) if i != origin.index])
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

    def _keep(self, record: StateRecord, theorem: Theorem, origin: Origin | None) -> ProofState:
        state = ProofState(record.key, theorem, record.goals, origin)
        self._live[id(state)] = state
        self._numbers[id(state)] = record.id
        return state


def _lineage(state: ProofState) -> list[ProofState]:
    """`state`, its parent, and so on to the first state of the theorem."""
    lineage = [state]
    while (origin := lineage[-1].origin) is not None:
        lineage.append(origin.parent)
    return lineage


def _its_doing(error: LeanProcessError, again: bool, seconds: float) -> Rejected | None:
    """What the end of a process says about the tactic that ran; None when it may be chance."""
    if isinstance(error, LeanTimeout):
        return Rejected(RejectionReason.TIMEOUT, str(error), seconds)
    if isinstance(error, LeanOutOfMemory) and again:
        return Rejected(RejectionReason.MEMORY, str(error), seconds)
    if isinstance(error, LeanCrash) and again:
        return Rejected(RejectionReason.CRASH, str(error), seconds)
    return None


def _diverged(state: ProofState, how: str) -> str:
    name = state.theorem.name or state.theorem.statement
    return f"replaying a proof of `{name}`, after {len(state.path)} tactics: {how}"
