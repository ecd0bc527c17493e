"""Typed requests to one REPL process, as the pool's workers make them.

The answers are those of our own server's protocol (`wire.protocol`), so that everything above does
not see which of the two runs.  A proof state is the number of one in the process together with the
goals of it that belong to the state: before its first tactic, the others are closed with `sorry`.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lean_env.errors import BadInput, InvalidHeader, InvalidStatement, ProtocolError
from lean_env.repl.answers import (
    CommandReply,
    ErrorReply,
    Failure,
    Reply,
    Sorry,
    read_reply,
    read_step,
)
from lean_env.repl.files import scan_file
from lean_env.repl.goals import group_by_metavariables, normalise, read_goal
from lean_env.repl.process import ReplProcess
from lean_env.repl.statement import (
    as_tactic,
    complete,
    keyword_and_name,
    mentions,
    offset,
    split_imports,
    with_theorem_for_lemma,
)
from lean_env.types import Limits, Refutation, RejectionReason, Tactic, Theorem
from lean_env.wire.protocol import (
    AppliedAnswer,
    CheckAnswer,
    RejectedAnswer,
    ScanAnswer,
    SorryGoal,
    StartAnswer,
    StateRecord,
)

if TYPE_CHECKING:
    from lean_env.toolchain.launch import LaunchSpec

NO_IMPORTS = ""
"""The command that makes an environment with the modules that every file has."""


@dataclass(frozen=True, slots=True)
class _Context:
    """What all states of a theorem share: the header it lives under, and its name."""

    header: str
    name: str
    together: bool


@dataclass(frozen=True, slots=True)
class _State:
    """Goals of a proof state in the process.

    Attributes:
        number: The REPL's number of the proof state.
        goals: All its goals, as printed.
        members: The positions of those that belong to this state.
        admitted: Whether a goal beside these was closed with `sorry`.
        context: The theorem.
    """

    number: int
    goals: tuple[str, ...]
    members: tuple[int, ...]
    admitted: bool
    context: _Context

    @property
    def own(self) -> tuple[str, ...]:
        return tuple(self.goals[i] for i in self.members)


@dataclass(frozen=True, slots=True)
class _Started:
    """A declaration that Lean elaborated, and the one of its `sorry`s that is to be proved."""

    text: str
    reply: CommandReply
    sorry: Sorry


class ReplClient:
    """One REPL process, with the part of `wire.client.LeanClient` that a worker uses.

    Every method that awaits raises `LeanTimeout`, `LeanOutOfMemory` or another `LeanProcessError`
    when the process ends; it is of no use after that.

    Attributes:
        ready_mb: Private memory without what was done beside importing modules (MiB).
    """

    def __init__(self, process: ReplProcess, setup_seconds: float) -> None:
        """Use a running process; `launch` starts one.

        Args:
            process: The process.
            setup_seconds: The time limit of a header, a statement or a file.
        """
        self._process, self._setup_seconds = process, setup_seconds
        self._environments: dict[str, int] = {}  # header -> the REPL's number
        self._states: list[_State | None] = []
        self.ready_mb = process.memory_mb()

    @classmethod
    async def launch(
        cls, launch: LaunchSpec, *, memory_mb: float = 3072, setup_seconds: float = 300
    ) -> ReplClient:
        """Start a process.

        Args:
            launch: How to start it.
            memory_mb: With more private memory than this it is killed (MiB).
            setup_seconds: The time limit of a header, a statement or a file.

        Returns:
            The client.

        Raises:
            ToolchainError: The program cannot be executed.
        """
        return cls(await ReplProcess.open(launch, memory_mb), setup_seconds)

    @property
    def alive(self) -> bool:
        """Whether the process can still answer requests."""
        return self._process.alive

    @property
    def pid(self) -> int:
        """The operating system's id of the process."""
        return self._process.pid

    def memory_mb(self) -> float:
        """Private memory of the process in MiB, now."""
        return self._process.memory_mb()

    async def close(self) -> None:
        """Kill the process and wait until it has ended."""
        await self._process.close()

    def release(self, states: Sequence[int]) -> None:
        """Forget states here; the REPL never frees one, so its worker replaces it as it grows.

        Args:
            states: Their numbers.
        """
        for number in states:
            self._states[number] = None

    # Headers, files and texts

    async def open(self, header: str) -> int:
        """Elaborate a header, once a process, over an environment with its imports.

        Args:
            header: Its text.

        Returns:
            The REPL's number of the environment.

        Raises:
            InvalidHeader: Lean reports an error in it.
        """
        if header in self._environments:
            return self._environments[header]
        imports, rest = split_imports(header)
        if not rest.strip():
            self._environments[header] = await self._import(imports)
            return self._environments[header]
        above = self._longest_known_part(header)
        if above:
            env = await self._elaborate(header, above)
            if env is not None:
                return env
        base = await self._import(imports)
        reply = await self._command(rest, base)
        _require_header(reply, imports.count("\n"))
        return self.know(header, reply.env)

    async def _elaborate(self, header: str, above: str) -> int | None:
        """Elaborate what follows `above`; None if Lean does not take it by itself."""
        reply = await self._command(header[len(above) :], self._environments[above])
        return self.know(header, reply.env) if reply.error is None else None

    def know(self, header: str, env: int) -> int:
        """Remember which environment a header leads to.

        Args:
            header: Its text.
            env: The REPL's number of the environment.

        Returns:
            `env`.
        """
        self._environments[header] = env
        return env

    async def command(self, text: str, env: int) -> CommandReply:
        """Elaborate commands after an environment.

        Args:
            text: The commands.
            env: The REPL's number of the environment.

        Returns:
            The answer.
        """
        return await self._command(text, env)

    async def scan(self, source: str) -> ScanAnswer:
        """Elaborate a file, command by command, and list its declarations with a `sorry`.

        Args:
            source: The text of the file.

        Returns:
            The declarations, in the order of the file.

        Raises:
            InvalidHeader: The file has errors.
        """
        return await scan_file(self, source)

    async def check(self, header: str | None, source: str, seconds: float) -> CheckAnswer:
        """Elaborate a text to its end, whatever errors are in it.

        Args:
            header: The header that `source` continues; None for a file with imports of its own.
            source: The text.
            seconds: The time limit.

        Returns:
            The messages and the goals at each `sorry`.

        Raises:
            InvalidHeader: Lean reports an error in the header.
        """
        env = None if header is None else await self.open(header)
        reply = await self._command(source, env, seconds)
        sorries = [
            SorryGoal(sorry.start, sorry.stop, (read_goal(sorry.goal),), None)
            for sorry in reply.sorries
            if sorry.start and sorry.stop
        ]
        return CheckAnswer(reply.messages, tuple(sorries), (), finished=True, header=None)

    # Proof states

    async def start(self, theorem: Theorem) -> StartAnswer:
        """Elaborate a statement up to its `sorry`.

        Args:
            theorem: The statement, with its header.

        Returns:
            The declaration as elaborated, and its first state.

        Raises:
            InvalidStatement: Lean does not elaborate the statement.
            InvalidHeader: Lean reports an error in the header.
            BadInput: The theorem has `before`, which the REPL cannot enforce.
        """
        if theorem.before:
            raise BadInput(
                "the REPL cannot keep a proof from using later theorems of the library",
                where=theorem.name,
                remedy="use `--lean native` or `--lean embedded`",
            )
        env = await self.open(theorem.header)
        keyword, name = keyword_and_name(theorem.statement)
        if keyword not in ("theorem", "lemma", "example"):
            raise InvalidStatement(
                "only proofs of theorems are searched for: a theorem, lemma or example is expected",
                where="statement",
            )
        started = await self._start(theorem, env)
        text, sorry = started.text, started.sorry
        assert sorry.start and sorry.stop
        hole = offset(text, sorry.start), offset(text, sorry.stop)
        if sorry.state is None:
            raise InvalidStatement("the REPL keeps no state of this `sorry`", where="statement")
        context = _Context(theorem.header, name, theorem.together)
        state = self._keep(_State(sorry.state, (sorry.goal,), (0,), False, context))
        return StartAnswer(tuple(name.split(".")), text, hole, state)

    def run(self, state: int, tactics: Sequence[Tactic], limits: Limits) -> ReplRun:
        """Run each tactic on the same state: one answer a tactic, each as soon as it is known.

        Args:
            state: The number of the state.
            tactics: The tactics.
            limits: The limits of each.

        Returns:
            The answers, for `with run as answers: async for answer in answers`.
        """
        return ReplRun(self, state, tactics, limits)

    async def refute(self, state: int, seconds: float) -> Refutation:  # noqa: ARG002
        """The REPL evaluates nothing: no counterexamples."""
        return Refutation(why="the REPL does not look for counterexamples")

    async def step(
        self, number: int, tactic: Tactic, limits: Limits, index: int
    ) -> AppliedAnswer | RejectedAnswer:
        """Run one tactic.

        Args:
            number: The number of the state.
            tactic: The tactic.
            limits: Its limits.
            index: Its place among the tactics of a run, for the answer.

        Returns:
            The states that it leaves, or why it failed.
        """
        state = await self._isolated(number)
        if _uses_itself(state, tactic):
            message = f"the proof of `{state.context.name}` cannot use `{state.context.name}`"
            return RejectedAnswer(index, RejectionReason.ERROR, message, 0.0)
        began = time.monotonic()
        reply = await self._tactic(state.number, _limited(tactic, limits), limits.seconds)
        ms = (time.monotonic() - began) * 1000
        result = read_step(reply, admitted=state.admitted)
        if isinstance(result, Failure):
            return RejectedAnswer(index, result.reason, result.message, ms)
        if any(_uses_itself(state, message) for message in result.messages):
            message = f"the tactic proves `{state.context.name}` by itself"
            return RejectedAnswer(index, RejectionReason.ERROR, message, ms)
        if result.goals and normalise(result.goals) == normalise(state.own):
            message = "the tactic leaves the goals as they are"
            return RejectedAnswer(index, RejectionReason.NO_PROGRESS, message, ms)
        groups = self._groups(result.goals, state.context)
        new = [
            self._keep(_State(result.state, result.goals, members, state.admitted, state.context))
            for members in groups
        ]
        return AppliedAnswer(index, tuple(new), tuple(groups), result.messages, ms)

    # The steps of the above

    async def _import(self, imports: str) -> int:
        """The environment with some modules imported; their memory does not count as growth."""
        key = imports.strip() or NO_IMPORTS
        if key not in self._environments:
            before = self._process.memory_mb()
            reply = await self._command(key, None)
            _require_header(reply, 0)
            self._environments[key] = reply.env
            self.ready_mb += self._process.memory_mb() - before
        return self._environments[key]

    def _longest_known_part(self, header: str) -> str:
        """The longest header elaborated before that this one continues on a line of its own."""
        parts = (h for h in self._environments if h.endswith("\n") and header.startswith(h))
        return max(parts, key=len, default="")

    async def _start(self, theorem: Theorem, env: int) -> _Started:
        """The declaration with a tactic `sorry`, in the first of its spellings that Lean takes."""
        text = complete(theorem.statement)
        reply = await self._command(text, env)
        other = with_theorem_for_lemma(text)
        if reply.error and other != text:
            second = await self._command(other, env)
            text, reply = (other, second) if second.error is None else (text, reply)
        if error := reply.error:
            line, column = error.start
            raise InvalidStatement(error.text, where="statement", line=line, column=column)
        sorry = _choose(reply.sorries, theorem.sorry_index)
        assert sorry.start and sorry.stop
        start, stop = offset(text, sorry.start), offset(text, sorry.stop)
        if text[:start].rstrip().endswith("by"):
            return _Started(text, reply, sorry)
        as_term = as_tactic(text, start, stop)
        second = await self._command(as_term, env)
        if second.error is not None:  # it is a tactic already
            return _Started(text, reply, sorry)
        moved = _choose(second.sorries, theorem.sorry_index)
        return _Started(as_term, second, moved)

    def _keep(self, state: _State) -> StateRecord:
        self._states.append(state)
        salt = f"{state.context.header}\0{normalise(state.own)}"
        key = hashlib.sha256(salt.encode()).hexdigest()[:32]
        goals = tuple(read_goal(goal) for goal in state.own)
        return StateRecord(len(self._states) - 1, key, goals)

    def _groups(self, goals: Sequence[str], context: _Context) -> list[tuple[int, ...]]:
        if context.together:
            return [tuple(range(len(goals)))] if goals else []
        return group_by_metavariables(goals)

    async def _isolated(self, number: int) -> _State:
        """The state as a proof state of its own, with the goals beside it closed by `sorry`."""
        state = self._states[number]
        if state is None:
            raise ProtocolError(f"state {number} was released")
        if len(state.members) == len(state.goals):
            return state
        script = "\n".join(
            "rotate_left" if i in state.members else "sorry" for i in range(len(state.goals))
        )
        reply = await self._tactic(state.number, f"(\n{script}\n)", self._setup_seconds)
        if isinstance(reply, CommandReply | ErrorReply) or len(reply.goals) != len(state.members):
            raise ProtocolError(f"the REPL does not divide goals as expected: {reply}")
        members = tuple(range(len(reply.goals)))
        own = replace(state, number=reply.state, goals=reply.goals, members=members, admitted=True)
        self._states[number] = own
        return own

    async def _command(
        self, text: str, env: int | None, seconds: float | None = None
    ) -> CommandReply:
        command: dict[str, object] = {"cmd": text} if env is None else {"cmd": text, "env": env}
        limit = self._setup_seconds if seconds is None else seconds
        reply = read_reply(await self._process.ask(command, limit))
        if isinstance(reply, ErrorReply):
            raise InvalidHeader(reply.message, where="header")
        if not isinstance(reply, CommandReply):
            raise ProtocolError("the REPL answered a command as if it were a tactic")
        return reply

    async def _tactic(self, state: int, tactic: str, seconds: float) -> Reply:
        command = {"tactic": tactic, "proofState": state}
        return read_reply(await self._process.ask(command, seconds))


class ReplRun:
    """The answers to a run of tactics; cancelling one that is awaited ends the process."""

    def __init__(
        self, client: ReplClient, state: int, tactics: Sequence[Tactic], limits: Limits
    ) -> None:
        """Ask for one answer after the other.

        Args:
            client: Asks the process.
            state: The number of the state.
            tactics: The tactics.
            limits: The limits of each.
        """
        self._client, self._state = client, state
        self._tactics, self._limits = tactics, limits
        self._done = 0

    def __enter__(self) -> ReplRun:
        return self

    def __exit__(self, *_: object) -> None: ...

    def __aiter__(self) -> ReplRun:
        return self

    async def __anext__(self) -> AppliedAnswer | RejectedAnswer:
        if self._done == len(self._tactics):
            raise StopAsyncIteration
        index, self._done = self._done, self._done + 1
        tactic = self._tactics[index]
        return await self._client.step(self._state, tactic, self._limits, index)


def _limited(tactic: Tactic, limits: Limits) -> str:
    """The tactic under a limit of heartbeats, in brackets that a comment at its end leaves open."""
    block = f"(\n{tactic.strip(chr(10))}\n)"
    return f"set_option maxHeartbeats {limits.heartbeats} in {block}"


def _uses_itself(state: _State, text: str) -> bool:
    """Whether a text mentions the theorem, and no hypothesis of that name is what it means."""
    name = state.context.name
    if not name or not mentions(text, name):
        return False
    return not any(h.name == name for goal in state.own for h in read_goal(goal).hypotheses)


def _choose(sorries: Sequence[Sorry], index: int | None) -> Sorry:
    """The only `sorry`, or that of the given number, by its place in the text."""
    placed = sorted((s for s in sorries if s.start), key=lambda s: s.start or (0, 0))
    places = list(dict.fromkeys(s.start for s in placed))
    if not places:
        raise InvalidStatement(
            "there is nothing to prove: the declaration has no `sorry`", where="statement"
        )
    if index is None and len(places) > 1:
        raise InvalidStatement("the declaration has more than one `sorry`", where="statement")
    if (index or 0) >= len(places):
        raise InvalidStatement(
            f"the declaration has no `sorry` number {(index or 0) + 1}", where="statement"
        )
    at_place = [s for s in placed if s.start == places[index or 0]]
    if len({s.goal for s in at_place}) > 1:
        raise InvalidStatement(
            "the `sorry` is run on several goals: write one for each of them", where="statement"
        )
    return at_place[0]


def _require_header(reply: CommandReply, lines_before: int) -> None:
    if error := reply.error:
        line, column = error.start
        raise InvalidHeader(error.text, where="header", line=line + lines_before, column=column)
