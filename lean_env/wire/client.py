"""Typed requests to one Lean process."""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Generic, Protocol, TypeAlias, TypeVar

from lean_env.errors import ImportsNeeded, ProtocolError
from lean_env.types import Limits, Refutation, Tactic, Theorem
from lean_env.wire.channel import GRACE_SECONDS, AnswerStream, Channel
from lean_env.wire.protocol import (
    VERSION,
    AppliedAnswer,
    Apply,
    ApplyAnswer,
    Cancel,
    Check,
    CheckAnswer,
    Constants,
    ConstantsAnswer,
    Export,
    ExportAnswer,
    Hello,
    HelloAnswer,
    Judge,
    JudgeAnswer,
    Library,
    LibraryAnswer,
    ModulesAnswer,
    Name,
    Open,
    OpenAnswer,
    Refute,
    RejectedAnswer,
    Release,
    Replay,
    ReplayAnswer,
    Replayed,
    Request,
    Run,
    Scan,
    ScanAnswer,
    Start,
    StartAnswer,
    Stats,
    StatsAnswer,
)

if TYPE_CHECKING:
    from lean_env.toolchain.launch import LaunchSpec

Imports: TypeAlias = tuple[str, ...]
LaunchFactory: TypeAlias = Callable[[Imports], "LaunchSpec"]
"""How to start Lean with these modules imported.  May take long (it may have to build first)."""

DEFAULT_IMPORTS: Imports = ("Init",)
_IMPORT_LINE = re.compile(r"^[^\n]*\bimport\b[^\n]*$|^\s*prelude\b", re.MULTILINE)
"""What a file without `import` has."""

TacticAnswer: TypeAlias = AppliedAnswer | RejectedAnswer
A = TypeVar("A")
C = TypeVar("C")
C_co = TypeVar("C_co", covariant=True)
T = TypeVar("T")


class LeanClient:
    """One Lean process, as `Channel` guards it.

    Every method that awaits raises `LeanTimeout`, `LeanOutOfMemory` or another `LeanProcessError`
    when the process ends; it is of no use after that.  Elaborating a header, a statement or a file
    may take `setup_seconds`.
    """

    def __init__(self, channel: Channel, spec: LaunchSpec, setup_seconds: float) -> None:
        """Use `launch`."""
        self.spec = spec
        self._channel, self._setup_seconds = channel, setup_seconds
        self._headers: dict[tuple[str, bool], int] = {}
        self.hello: HelloAnswer
        self.ready_mb: float  # memory after the first sign of life

    @classmethod
    async def launch(
        cls,
        launch: LaunchSpec,
        *,
        memory_mb: float = 3072,
        setup_seconds: float = 300,
        hello_seconds: float = 300,
    ) -> LeanClient:
        """Start a process and wait at most `hello_seconds` for its first sign of life.

        Raises `ToolchainError` if the program cannot be executed.
        """
        client = cls(await Channel.open(launch, memory_mb), launch, setup_seconds)
        try:
            client.hello = await client.request(Hello(), HelloAnswer, hello_seconds)
            if client.hello.protocol != VERSION:
                raise ProtocolError(
                    f"the Lean server speaks protocol {client.hello.protocol}, not {VERSION}",
                    remedy="Python and Lean server are of different versions: reinstall qstar.",
                )
            client.ready_mb = client.memory_mb()
        except BaseException:
            await client.close()
            raise
        return client

    @property
    def alive(self) -> bool:
        """Whether the process can still answer requests."""
        return self._channel.alive

    @property
    def pid(self) -> int:
        """The operating system's id of the process."""
        return self._channel.pid

    def memory_mb(self) -> float:
        """Private memory of the process in MiB, at most half a second ago."""
        return self._channel.memory_mb()

    async def request(self, request: Request, kind: type[A], seconds: float) -> A:
        """The one answer to `request`."""
        with self._channel.ask(request, kind, seconds=seconds) as answers:
            return await anext(answers)

    async def open(self, header: str, *, examples: bool = False) -> int:
        """Elaborate a header, once a process.

        Args:
            header: Its text.
            examples: Whether its examples are kept as theorems.

        Returns:
            Its number in this process.

        Raises:
            InvalidHeader: Lean reports an error in it.
            ImportsNeeded: It needs other imports than this process has.
        """
        if (header, examples) not in self._headers:
            request = Open(header, examples)
            answer = await self.request(request, OpenAnswer, self._setup_seconds)
            self._headers[header, examples] = answer.header
        return self._headers[header, examples]

    async def start(self, theorem: Theorem) -> StartAnswer:
        """Elaborate a statement up to its `sorry`.

        Args:
            theorem: The statement, with its header.

        Returns:
            The declaration as elaborated, and its first state.

        Raises:
            InvalidStatement: Lean does not elaborate the statement.
            InvalidHeader: Lean reports an error in the header.
            ImportsNeeded: The header needs other imports than this process has.
        """
        header = await self.open(theorem.header)
        request = Start(
            header, theorem.statement, theorem.before, theorem.together, theorem.sorry_index
        )
        return await self.request(request, StartAnswer, self._setup_seconds)

    async def scan(self, source: str, *, examples: bool = False) -> ScanAnswer:
        """Elaborate a file and list its theorems and its declarations with a `sorry`.

        Args:
            source: The text of the file.
            examples: Whether its examples count as theorems.

        Raises:
            InvalidHeader: The file has errors.
            ImportsNeeded: The file needs other imports than this process has.
        """
        return await self.request(Scan(source, examples), ScanAnswer, self._setup_seconds)

    async def check(
        self,
        header: str | int | None,
        source: str,
        seconds: float,
        *,
        keep: bool = False,
        tactics: bool = False,
    ) -> CheckAnswer:
        """Elaborate a text to its end, whatever errors are in it.

        Args:
            header: The header that `source` continues, as text or by its number; None for a file
                with imports of its own.
            source: The text.
            seconds: The time limit.
            keep: Whether to keep the result as a header, and each `sorry` as a state.
            tactics: Whether to report every tactic, with the state before it.

        Returns:
            The messages, the goals at each `sorry`, and the tactics if asked for.

        Raises:
            ImportsNeeded: Other imports are needed than this process has.
            InvalidHeader: Lean reports an error in the header or in the file's imports.
        """
        number = await self.open(header) if isinstance(header, str) else header
        request = Check(number, source, keep, tactics, math.ceil(seconds * 1000))
        return await self.request(request, CheckAnswer, seconds + GRACE_SECONDS)

    async def apply(
        self, state: int, tactic: Tactic, limits: Limits
    ) -> ApplyAnswer | RejectedAnswer:
        """Run one tactic as in a file: on all goals of a state, and it may leave a `sorry`."""
        request = Apply(state, tactic, math.ceil(limits.seconds * 1000), limits.heartbeats)
        answers: AnswerStream[ApplyAnswer | RejectedAnswer] = self._channel.ask(
            request, ApplyAnswer, RejectedAnswer, seconds=limits.seconds + GRACE_SECONDS
        )
        with answers:
            return await anext(answers)

    async def refute(self, state: int, seconds: float) -> Refutation:
        """Look for small values that make the goal of a state false."""
        request = Refute(state, math.ceil(seconds * 1000))
        return await self.request(request, Refutation, seconds + GRACE_SECONDS)

    async def modules(self) -> tuple[str, ...]:
        """The imported modules, each after those that it imports."""
        return (await self.request(Library(), ModulesAnswer, self._setup_seconds)).modules

    async def library(self, module: str) -> LibraryAnswer:
        """The theorems that an imported module declares."""
        return await self.request(Library(module), LibraryAnswer, self._setup_seconds)

    def run(
        self, state: int, tactics: Sequence[Tactic], limits: Limits, *, trust: bool = True
    ) -> AnswerStream[TacticAnswer]:
        """Run each tactic on the same state: one answer a tactic, each as soon as it is known."""
        ms = math.ceil(limits.seconds * 1000)
        request = Run(state, tuple(tactics), ms, limits.heartbeats, trust)
        seconds = limits.seconds + GRACE_SECONDS if ms else math.inf
        return self._channel.ask(request, AppliedAnswer, RejectedAnswer, seconds=seconds)

    async def export(
        self, header: str, name: Name, source: str, seconds: float, *, examples: bool = False
    ) -> ExportAnswer | JudgeAnswer:
        """The theorem `name` of `source` as terms, or why there is none."""
        number = await self.open(header, examples=examples)
        request = Export(number, name, source, math.ceil(seconds * 1000))
        answers: AnswerStream[ExportAnswer | JudgeAnswer] = self._channel.ask(
            request, ExportAnswer, JudgeAnswer, seconds=seconds + GRACE_SECONDS
        )
        with answers:
            return await anext(answers)

    async def constants(self, names: Sequence[Name]) -> ConstantsAnswer:
        """Constants of the imported modules in lean4export's format.

        Args:
            names: Their names.

        Returns:
            The constants, and which of the names are none.
        """
        return await self.request(Constants(tuple(names)), ConstantsAnswer, self._setup_seconds)

    async def replay(
        self, exports: Sequence[Mapping[str, object]], seconds: float
    ) -> tuple[Replayed, ...]:
        """What Lean's kernel alone says to many exports, each by itself over the imported modules.

        Args:
            exports: As `export` returns them.
            seconds: The time limit of each.

        Returns:
            One result for each export, in order.
        """
        request = Replay(tuple(exports), math.ceil(seconds * 1000))
        limit = seconds * len(exports) + GRACE_SECONDS
        return (await self.request(request, ReplayAnswer, limit)).results

    async def judge(
        self,
        header: str,
        name: Name,
        source: str,
        export: Mapping[str, object],
        axioms: Sequence[str],
        seconds: float,
        before: str = "",
        fill: Sequence[Name] = (),
    ) -> JudgeAnswer:
        """Do exported terms prove the theorem that `source` states?"""
        number, ms = await self.open(header), math.ceil(seconds * 1000)
        request = Judge(number, name, source, export, tuple(axioms), ms, before, tuple(fill))
        return await self.request(request, JudgeAnswer, seconds + GRACE_SECONDS)

    def release(self, states: Sequence[int]) -> None:
        """Let the process forget these states, after what it has been asked before."""
        if states:
            self._channel.post(Release(tuple(states)))

    async def stats(self) -> StatsAnswer:
        """Count the proof states and headers that the process holds."""
        return await self.request(Stats(), StatsAnswer, GRACE_SECONDS)

    def cancel(self) -> None:
        """Stop what the process works on: its remaining answers come at once, as `timeout`."""
        self._channel.post(Cancel())

    async def close(self) -> None:
        """Kill the process and wait until it has ended."""
        await self._channel.close()


class Connect(Protocol[C_co]):
    """How to start a process and talk to it; `LeanClient.launch` is one."""

    async def __call__(self, launch: LaunchSpec, *, memory_mb: float, setup_seconds: float) -> C_co:
        """Start a process; the arguments are those of `LeanClient.launch`."""
        ...


class ClientLauncher(Generic[C]):
    """Starts clients, and remembers which modules the import lines of headers name."""

    def __init__(
        self,
        launch: LaunchFactory,
        connect: Connect[C],
        *,
        memory_mb: float,
        setup_seconds: float,
    ) -> None:
        self._launch, self._connect = launch, connect
        self._memory_mb, self._setup_seconds = memory_mb, setup_seconds
        self._imports: dict[tuple[str, ...], Imports] = {}

    async def client(self, imports: Imports) -> C:
        """Start a process with these modules imported; setting it up may take minutes."""
        launch = await asyncio.to_thread(self._launch, imports)
        return await self._connect(
            launch, memory_mb=self._memory_mb, setup_seconds=self._setup_seconds
        )

    def imports_of(self, header: str) -> Imports:
        """The imports of a header as far as known, else the default ones."""
        return self._imports.get(_import_lines(header), DEFAULT_IMPORTS)

    async def ask(
        self,
        header: str,
        client_with: Callable[[Imports], Awaitable[C]],
        question: Callable[[C], Awaitable[T]],
    ) -> T:
        """Ask a client with the imports of a header, a second time if these were not known yet.

        Args:
            header: The header that the question is about.
            client_with: Returns a client with given imports.
            question: Asks the client; repeated when the header turns out to need other imports.

        Returns:
            The answer to the question.
        """
        try:
            return await question(await client_with(self.imports_of(header)))
        except ImportsNeeded as needed:
            imports = tuple(dict.fromkeys(needed.imports))
            self._imports[_import_lines(header)] = imports
            return await question(await client_with(imports))


def _import_lines(header: str) -> tuple[str, ...]:
    """The lines of a header that look like imports; what they mean is for Lean to say."""
    return tuple(_IMPORT_LINE.findall(header))
