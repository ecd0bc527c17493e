"""lean-dojo's interface to theorems and commands, over our own Lean.

It needs no tracing, and uses a trace that is there.

    from lean_env.compat.lean_dojo import Dojo, ProofFinished

    with Dojo(theorem) as (dojo, state):
        result = dojo.run_tac(state, "omega")
    with Dojo((repo, "Foo.lean", 7)) as (dojo, state):
        result = dojo.run_cmd(state, "#check Nat")

States, results and exceptions are lean-dojo's own.  Two things differ: a time-out leaves the other
states usable, and `ProofFinished` means only that no goal is left: `lean_env.gate.verifier` decides
whether that is a proof.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import replace
from functools import partial
from importlib import import_module
from itertools import count
from threading import Thread
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from lean_env.compat.lean_dojo_entries import SourceLine, resolve_theorem, text_above
from lean_env.compat.repl import Repl
from lean_env.errors import BadInput, LeanEnvError, LeanOutOfMemory, LeanTimeout
from lean_env.pool import LeanPool, PoolConfig
from lean_env.toolchain.cache import default_cache_dir
from lean_env.toolchain.launch import embedded_launch
from lean_env.types import Limits, ProofState, Rejected, RejectionReason, Severity, Theorem
from lean_env.wire.client import LaunchFactory
from lean_env.wire.protocol import Message

if TYPE_CHECKING:
    import lean_dojo

T = TypeVar("T")

_THEIRS = (
    "CommandState", "DojoCrashError", "DojoInitError", "DojoTacticTimeoutError", "LeanError",
    "LeanGitRepo", "ProofFinished", "ProofGivenUp", "TacticResult", "TacticState",
)  # fmt: skip
_GIVEN_UP = re.compile(r"\b(?:sorry|admit)\b")


def __getattr__(name: str) -> object:
    """lean-dojo's own, imported when it is asked for: that takes its time."""
    if name not in _THEIRS:
        raise AttributeError(f"module 'lean_env.compat.lean_dojo' has no attribute '{name}'")
    return getattr(import_module("lean_dojo"), name)


class Dojo:
    """A Lean process for one theorem, or for the commands of one file; to be used with `with`.

    Entering raises lean-dojo's `DojoInitError` when the entry cannot be resolved.

    Attributes:
        entry: For tactics, a theorem of `lean_env` or of lean-dojo.  If the repository of the
        latter is
            a folder, the theorem in its file is meant, which is traced or has a `sorry`; if
            it is a URL,
            the theorem of that name in Lean's own library.  For commands, a triple of a
            repository that
            is a folder, a file in it, and a line (from 1): commands follow the text above
            that line.  A
            folder made by `qstar data trace` stands for the repository in it.
        timeout: The time limit of each tactic or command, in seconds.
        additional_imports: Modules that are imported before the header.
    """

    def __init__(
        self,
        entry: Theorem | lean_dojo.Theorem | SourceLine,
        timeout: float = 600,
        additional_imports: Sequence[str] = (),
        build_deps: bool = True,  # noqa: ARG002  an argument of lean-dojo's
        *,
        launch: LaunchFactory | None = None,
    ) -> None:
        """Prepare a session; Lean starts when it is entered.

        Args:
            entry: See the class.
            timeout: See the class.
            additional_imports: See the class.
            build_deps: Has no effect; lean-dojo has this argument.
            launch: How to start Lean; embedded Lean if left out.
        """
        self.entry, self.timeout, self.additional_imports = entry, timeout, additional_imports
        self.is_successful: bool | None = None if self.uses_commands else False
        self.is_crashed, self.has_timedout = False, False
        self._launch = launch or partial(embedded_launch, default_cache_dir())
        self._states: dict[int, ProofState] = {}
        self._numbers = count()
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="dojo", daemon=True)
        limits = Limits(seconds=timeout, heartbeats=0)
        self._pool = LeanPool(self._launch, PoolConfig(workers=1, limits=limits))
        self._repl = Repl(self._launch, seconds=timeout)

    @property
    def uses_commands(self) -> bool:
        """Whether the entry is a place in a file, for `run_cmd`."""
        return isinstance(self.entry, tuple)

    @property
    def uses_tactics(self) -> bool:
        """Whether the entry is a theorem, for `run_tac`."""
        return not self.uses_commands

    def __enter__(self) -> tuple[Dojo, lean_dojo.TacticState | lean_dojo.CommandState]:
        from lean_dojo import CommandState, DojoInitError

        self._thread.start()
        try:
            if isinstance(self.entry, tuple):
                return self, CommandState(self._run(self._above(self.entry)))
            return self, self._shown(self._run(self._start(self.entry)))
        except BaseException as error:
            self.__exit__(None, None, None)
            if isinstance(error, LeanEnvError):
                raise DojoInitError(error.explain()) from error
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._run(self._pool.close())
        self._run(self._repl.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def run_tac(self, state: lean_dojo.TacticState, tactic: str) -> lean_dojo.TacticResult:
        """Run a tactic on all goals of a state.

        Args:
            state: A state of this session.
            tactic: The tactic.

        Returns:
            A `TacticState`, `ProofFinished`, `LeanError`, or `ProofGivenUp` for a tactic with a
            `sorry`.

        Raises:
            DojoTacticTimeoutError: The time limit was reached.
            DojoCrashError: Lean itself crashed.
        """
        from lean_dojo import DojoCrashError, ProofFinished, TacticState

        if not isinstance(state, TacticState) or state.id not in self._states:
            raise RuntimeError(f"Attempting to run a tactic on an invalid state {state}.")
        try:
            [[outcome]] = self._run(self._pool.step([(self._states[state.id], [tactic])]))
        except LeanEnvError as error:
            self.is_crashed = True
            raise DojoCrashError(str(error)) from error
        if isinstance(outcome, Rejected):
            return self._rejected(outcome, tactic)
        message = "\n".join(outcome.messages)
        if outcome.closed:
            self.is_successful = True
            return ProofFinished(next(self._numbers), message)
        return self._shown(outcome.states[0], message)

    def run_cmd(
        self, state: lean_dojo.CommandState, command: str
    ) -> lean_dojo.CommandState | lean_dojo.LeanError:
        """Run one command or several.

        Args:
            state: A command state of this session.
            command: The text of the commands.

        Returns:
            The state after them, with Lean's messages, or a `LeanError`.

        Raises:
            DojoTacticTimeoutError: The time limit was reached.
            DojoCrashError: Lean itself crashed.
        """
        from lean_dojo import CommandState, DojoCrashError, DojoTacticTimeoutError, LeanError

        if not self.uses_commands or not isinstance(state, CommandState):
            raise RuntimeError(f"Attempting to run a command on an invalid state {state}.")
        try:
            number, answer = self._run(self._repl.elaborate(command, state.id))
        except LeanTimeout as error:
            self.has_timedout = True
            raise DojoTacticTimeoutError(str(error)) from error
        except BadInput as error:
            raise RuntimeError(f"invalid state {state}: {error}") from error
        except LeanEnvError as error:
            self.is_crashed = True
            out_of_memory = isinstance(error, LeanOutOfMemory)
            raise DojoCrashError("OOM" if out_of_memory else str(error)) from error
        if answer.ok:
            return CommandState(number, _said(answer.messages))
        return LeanError(_said(m for m in answer.messages if m.severity is Severity.ERROR))

    def _rejected(self, outcome: Rejected, tactic: str) -> lean_dojo.TacticResult:
        from lean_dojo import DojoCrashError, DojoTacticTimeoutError, LeanError, ProofGivenUp

        match outcome.reason:
            case RejectionReason.TIMEOUT:
                self.has_timedout = True
                raise DojoTacticTimeoutError(outcome.message)
            case RejectionReason.MEMORY | RejectionReason.CRASH:
                self.is_crashed = True
                raise DojoCrashError(
                    "OOM" if outcome.reason is RejectionReason.MEMORY else outcome.message
                )
            case RejectionReason.FORBIDDEN if _GIVEN_UP.search(tactic):
                return ProofGivenUp()
        return LeanError(outcome.message.strip())

    def _shown(self, state: ProofState, message: str | None = None) -> lean_dojo.TacticState:
        from lean_dojo import TacticState

        number = next(self._numbers)
        self._states[number] = state
        return TacticState(state.text, number, message)

    @property
    def _imports(self) -> str:
        return "".join(f"import {module}\n" for module in self.additional_imports)

    async def _start(self, entry: Theorem | lean_dojo.Theorem) -> ProofState:
        theorem = await resolve_theorem(entry, self._pool)
        header = self._imports + theorem.header
        return await self._pool.start(replace(theorem, header=header, together=True))

    async def _above(self, place: SourceLine) -> int:
        """The environment of what stands above a line."""
        file, text = await text_above(place)
        number, answer = await self._repl.elaborate(self._imports + text)
        for message in answer.messages:
            if message.severity is Severity.ERROR:
                line = message.start[0] - len(self.additional_imports)
                raise BadInput(message.text.strip(), where=str(file), line=line)
        return number

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise


def _said(messages: Iterable[Message]) -> str:
    return "\n".join(message.text.strip() for message in messages)
