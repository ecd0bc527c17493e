"""Requests and answers over one process, under hard limits of time and memory."""

from __future__ import annotations

import asyncio
from collections import deque
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from lean_env.errors import (
    BadInput,
    ImportsNeeded,
    InvalidHeader,
    InvalidStatement,
    LeanCrash,
    LeanEnvError,
    LeanOutOfMemory,
    LeanProcessError,
    LeanTimeout,
    ProtocolError,
)
from lean_env.wire import codec
from lean_env.wire.process import MAX_LINE_BYTES, LeanProcess
from lean_env.wire.protocol import (
    Answer,
    AppliedAnswer,
    Cancel,
    ErrorAnswer,
    FatalAnswer,
    Release,
    Request,
    Run,
    StartAnswer,
)

if TYPE_CHECKING:
    from lean_env.toolchain.launch import LaunchSpec

GRACE_SECONDS = 3.0
"""How long Lean may take to notice that its time is over, before its process is killed."""

POLL_SECONDS = 0.25
"""How often a busy process is looked at."""

MEMORY_SAMPLE_SECONDS = 0.5
"""How old a figure of an idle process's memory may be."""

A = TypeVar("A")


class AnswerStream(Generic[A]):
    """A request and the answers to it, for `with stream as answers: async for answer in answers`.

    Leaving the `with` before the last answer cancels the request.  Iterating raises what Lean
    reports (`InvalidHeader`, `InvalidStatement`, `ImportsNeeded`), and `LeanProcessError` when the
    process ends.
    """

    def __init__(
        self, channel: Channel, request: Request, kinds: tuple[type[A], ...], seconds: float
    ) -> None:
        self.request, self.seconds = request, seconds
        self.left = len(request.tactics) if isinstance(request, Run) else 1
        self.received = 0
        self.wanted = True
        self._channel, self._kinds = channel, kinds
        self._answers: deque[Answer | LeanEnvError] = deque()
        self._arrival: asyncio.Future[None] | None = None

    def put(self, answer: Answer | LeanEnvError) -> None:
        """Append an answer, or the error that ends the stream, and wake up the reader."""
        self.received += 1
        self.left = 0 if isinstance(answer, ErrorAnswer | LeanEnvError) else self.left - 1
        self._answers.append(answer)
        if self._arrival is not None and not self._arrival.done():
            self._arrival.set_result(None)

    def __enter__(self) -> AnswerStream[A]:
        return self

    def __exit__(self, *_: object) -> None:
        self._channel.leave(self)

    def __aiter__(self) -> AnswerStream[A]:
        return self

    async def __anext__(self) -> A:
        if not self._answers:
            if not self.left:
                raise StopAsyncIteration
            self._arrival = asyncio.get_running_loop().create_future()
            await self._arrival
        answer = self._answers.popleft()
        if isinstance(answer, self._kinds):
            return answer
        raise answer if isinstance(answer, LeanEnvError) else _error(answer)

    def drop_answers(self) -> tuple[int, ...]:
        """Forget the answers that nobody has taken; the numbers of the states in them."""
        states = tuple(n for answer in self._answers for n in _state_ids(answer))
        self._answers.clear()
        return states


class Channel:
    """One process.  Requests may overlap; the process works on them one after the other.

    A process that gives no answer within the limit of the request that it works on, or grows beyond
    `memory_mb`, is killed.  What it worked on then raises `LeanTimeout` or `LeanOutOfMemory`, what
    waited behind it a plain `LeanProcessError`.
    """

    def __init__(self, memory_mb: float) -> None:
        """Use `open`."""
        self._memory_mb = memory_mb
        self._loop = asyncio.get_running_loop()
        self._process = LeanProcess(self._on_line, self._on_exit)
        self._streams: dict[int, AnswerStream[Any]] = {}  # unfinished, in the order of their turns
        self._next_id = 1
        self._since = 0.0  # when the turn of the first stream began, or its last answer came
        self._watcher: asyncio.TimerHandle | None = None
        self._sample = (0.0, -MEMORY_SAMPLE_SECONDS)  # memory, and when it was so
        self._end: LeanProcessError | None = None

    @classmethod
    async def open(cls, launch: LaunchSpec, memory_mb: float) -> Channel:
        """Start a process.

        Args:
            launch: The command to run and its environment.
            memory_mb: The limit of private memory in MiB.

        Returns:
            The channel to the process.

        Raises:
            ToolchainError: The program cannot be executed.
        """
        channel = cls(memory_mb)
        await channel._process.spawn(launch)
        return channel

    @property
    def alive(self) -> bool:
        """Whether the process can still answer requests."""
        return self._end is None

    @property
    def pid(self) -> int:
        """The operating system's id of the process."""
        return self._process.pid

    def ask(self, request: Request, *kinds: type[A], seconds: float) -> AnswerStream[A]:
        """Send a request.

        Args:
            request: The request.
            *kinds: The types of answer that it may have.
            seconds: The hard limit for each answer.

        Returns:
            The answers, as they come in.

        Raises:
            BadInput: A text in the request is not Unicode.
            LeanProcessError: The process has ended.
        """
        if self._end is not None:
            raise LeanProcessError(f"no Lean process any more: {self._end}")
        stream = AnswerStream(self, request, kinds, seconds)
        try:
            line = codec.encode(self._next_id, request)
        except UnicodeEncodeError as error:
            raise BadInput(f"the text is not Unicode: {error}") from error
        self._streams[self._next_id] = stream
        self._next_id += 1
        if len(self._streams) == 1:
            self._since = self._loop.time()
        if self._watcher is None:
            self._watcher = self._loop.call_later(POLL_SECONDS, self._check_limits)
        self._process.send(line)
        return stream

    def post(self, request: Request) -> None:
        """Send a request that has nothing to answer."""
        if self._end is None:
            self.ask(request, type(None), seconds=GRACE_SECONDS).wanted = False

    def memory_mb(self) -> float:
        """Private memory in MiB, at most half a second ago."""
        memory, then = self._sample
        now = self._loop.time()
        if now - then >= MEMORY_SAMPLE_SECONDS:
            memory = self._process.memory_mb()
            self._sample = (memory, now)
        return memory

    async def close(self) -> None:
        """Kill the process and wait until it has ended."""
        self._fail(LeanProcessError("the Lean process was closed"))
        await self._process.wait()

    def leave(self, stream: AnswerStream[Any]) -> None:
        """Nobody listens to `stream` any more: cancel it and forget the states it makes.

        A cancel request stops all that stands before it.  So if the process still has to do
        something for others first, `stream` is not cancelled; its answers are dropped.
        """
        stream.wanted = False
        self._drop(stream)
        before = takewhile(lambda other: other is not stream, self._streams.values())
        if stream.left and not any(other.wanted for other in before):
            stream.seconds = GRACE_SECONDS
            if stream is self._first():
                self._since = self._loop.time()
            self.post(Cancel())

    # Events of the process

    def _on_line(self, line: bytes) -> None:
        if self._end is not None:
            return
        if len(line) > MAX_LINE_BYTES:
            message = f"Lean gave an answer of more than {MAX_LINE_BYTES >> 20} MiB"
            self._fail(LeanOutOfMemory(message))
            return
        try:
            id, answer = codec.decode(line)
        except ProtocolError as error:
            self._fail(error)
            return
        if isinstance(answer, FatalAnswer):
            self._fail(_fatal_error(answer, self._process.stderr))
            return
        stream = self._streams.get(id)
        if stream is None:
            self._fail(ProtocolError(f"an answer that nobody asked for: {answer}"))
            return
        if stream is self._first():
            self._since = self._loop.time()
        stream.put(answer)
        if not stream.wanted:
            self._drop(stream)
        if not stream.left:
            del self._streams[id]

    def _on_exit(self) -> None:
        said = self._process.stderr.strip()
        last = f": {said.splitlines()[-1]}" if said else ""
        kind = LeanProcessError if self._process.killed else LeanCrash
        self._fail(kind(f"Lean ended with {self._process.exit_status}{last}", stderr=said))

    def _check_limits(self) -> None:
        self._watcher = None
        first = self._first()
        if first is None or self._end is not None:
            return
        self._sample = (self._process.memory_mb(), self._loop.time())
        if self._sample[0] > self._memory_mb:
            message = f"Lean grew beyond its memory limit of {self._memory_mb:.0f} MiB"
            self._fail(LeanOutOfMemory(message, stderr=self._process.stderr))
            return
        if self._loop.time() - self._since > first.seconds:
            message = f"Lean gave no answer to `{first.request.op}` in {first.seconds:.1f} s"
            self._fail(LeanTimeout(message, stderr=self._process.stderr))
            return
        self._watcher = self._loop.call_later(POLL_SECONDS, self._check_limits)

    def _first(self) -> AnswerStream[Any] | None:
        """The stream of the request that the process is working on."""
        return next(iter(self._streams.values()), None)

    def _drop(self, stream: AnswerStream[Any]) -> None:
        if states := stream.drop_answers():
            self.post(Release(states))

    def _fail(self, error: LeanProcessError) -> None:
        """Kill the process and end all streams with an error."""
        if self._end is not None:
            return
        self._end = error
        self._process.kill()
        first = self._first()
        if first is not None and isinstance(first.request, Run):
            error.index = first.received
        for stream in self._streams.values():
            late = LeanProcessError(f"Lean ended before it came to this: {error}")
            stream.put(error if stream is first else late)
        self._streams.clear()


def _state_ids(answer: object) -> list[int]:
    """The numbers of the states that an answer brings."""
    if isinstance(answer, AppliedAnswer):
        return [state.id for state in answer.states]
    return [answer.state.id] if isinstance(answer, StartAnswer) else []


def _error(answer: Answer) -> LeanEnvError:
    """The exception for an answer that was not hoped for."""
    match answer:
        case ErrorAnswer(kind="header"):
            line, column = answer.line, answer.column
            return InvalidHeader(answer.message, where="header", line=line, column=column)
        case ErrorAnswer(kind="statement"):
            line, column = answer.line, answer.column
            return InvalidStatement(answer.message, where="statement", line=line, column=column)
        case ErrorAnswer(kind="imports"):
            return ImportsNeeded(answer.imports)
        case ErrorAnswer(kind="timeout"):
            return LeanTimeout(answer.message)
        case ErrorAnswer():
            return ProtocolError(f"Lean does not accept the request: {answer.message}")
    return ProtocolError(f"an answer of the wrong kind: {answer}")


def _fatal_error(answer: FatalAnswer, stderr: str) -> LeanProcessError:
    kinds = {"memory": LeanOutOfMemory, "timeout": LeanTimeout}
    return kinds.get(answer.reason, LeanCrash)(answer.message, stderr=stderr)
