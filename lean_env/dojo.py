"""lean-dojo's interface to a theorem, over our own Lean: nothing is traced, built or downloaded.

    from lean_env.dojo import Dojo, ProofFinished

    with Dojo(theorem) as (dojo, state):
        result = dojo.run_tac(state, "omega")

States, results and exceptions are lean-dojo's own.  What differs: a tactic that runs out of time
leaves the others usable, and `ProofFinished` says what it says there, that no goal is left:
`lean_env.verify` says whether it is a proof.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine, Sequence
from dataclasses import replace
from functools import partial
from importlib import import_module
from itertools import count
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from lean_env.errors import BadInput, LeanEnvError
from lean_env.launcher import LaunchFor
from lean_env.pool import LeanPool, PoolConfig
from lean_env.toolchain import default_cache_dir, embedded
from lean_env.types import Limits, ProofState, Reason, Rejected, Theorem

if TYPE_CHECKING:
    import lean_dojo

T = TypeVar("T")

_THEIRS = (
    "CommandState", "DojoCrashError", "DojoInitError", "DojoTacticTimeoutError", "LeanError",
    "LeanGitRepo", "ProofFinished", "ProofGivenUp", "TacticResult", "TacticState",
)  # fmt: skip
_DECLARED = re.compile(r"\b(?:theorem|lemma)\s+([^\s:({\[⦃]+)")
_GIVEN_UP = re.compile(r"\b(?:sorry|admit)\b")


def __getattr__(name: str) -> object:
    """lean-dojo's own, imported when it is asked for: that takes its time."""
    if name not in _THEIRS:
        raise AttributeError(f"module 'lean_env.dojo' has no attribute '{name}'")
    return getattr(import_module("lean_dojo"), name)


class Dojo:
    """A theorem in a Lean process of its own, to be used with `with`; `timeout` is in seconds, for
    each tactic.  `launch` is how to start Lean; left out, it is embedded Lean.

    The theorem is one of `lean_env`, or one of lean-dojo's: then it is a theorem with a `sorry` of
    the file that it names, if its repository is a folder that has this file, else the theorem of
    that name in Lean's own library.

    Entering raises `DojoInitError` when it cannot be posed.
    """

    def __init__(
        self,
        entry: Theorem | lean_dojo.Theorem,
        timeout: float = 600,
        additional_imports: Sequence[str] = (),
        build_deps: bool = True,
        *,
        launch: LaunchFor | None = None,
    ) -> None:
        """`build_deps` means nothing here."""
        self.entry, self.timeout, self.additional_imports = entry, timeout, additional_imports
        self.is_successful, self.is_crashed, self.has_timedout = False, False, False
        self._launch = launch or partial(embedded, default_cache_dir())
        self._states: dict[int, ProofState] = {}
        self._numbers = count()
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="dojo", daemon=True)
        self._pool: LeanPool

    def __enter__(self) -> tuple[Dojo, lean_dojo.TacticState]:
        from lean_dojo import DojoInitError

        self._thread.start()
        try:
            return self, self._shown(self._run(self._start()))
        except LeanEnvError as error:
            self.__exit__(None, None, None)
            raise DojoInitError(f"{error}  {error.remedy}".strip()) from error

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._run(self._pool.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def run_tac(self, state: lean_dojo.TacticState, tactic: str) -> lean_dojo.TacticResult:
        """What becomes of the goals: a `TacticState`, `ProofFinished`, `LeanError`, or
        `ProofGivenUp` for a tactic with a `sorry`.

        Raises `DojoTacticTimeoutError`, and `DojoCrashError` when Lean itself broke down.
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

    def _rejected(self, outcome: Rejected, tactic: str) -> lean_dojo.TacticResult:
        from lean_dojo import DojoCrashError, DojoTacticTimeoutError, LeanError, ProofGivenUp

        match outcome.reason:
            case Reason.TIMEOUT:
                self.has_timedout = True
                raise DojoTacticTimeoutError(outcome.message)
            case Reason.MEMORY | Reason.CRASH:
                self.is_crashed = True
                raise DojoCrashError("OOM" if outcome.reason is Reason.MEMORY else outcome.message)
            case Reason.FORBIDDEN if _GIVEN_UP.search(tactic):
                return ProofGivenUp()
        return LeanError(outcome.message.strip())

    def _shown(self, state: ProofState, message: str | None = None) -> lean_dojo.TacticState:
        from lean_dojo import TacticState

        number = next(self._numbers)
        self._states[number] = state
        return TacticState(state.text, number, message)

    async def _start(self) -> ProofState:
        limits = Limits(seconds=self.timeout, heartbeats=0)
        self._pool = LeanPool(self._launch, PoolConfig(workers=1, limits=limits))
        theorem = await _posed(self.entry, self._pool)
        imports = "".join(f"import {module}\n" for module in self.additional_imports)
        header = imports + theorem.header
        return await self._pool.start(replace(theorem, header=header, together=True))

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise


async def _posed(entry: Theorem | lean_dojo.Theorem, pool: LeanPool) -> Theorem:
    """Raises `BadInput` for what cannot be posed."""
    if isinstance(entry, Theorem):
        return entry
    if isinstance(entry, tuple):
        raise BadInput("commands cannot be run here: only theorems, by tactics")
    file = Path(str(getattr(entry.repo, "url", entry.repo)), entry.file_path)
    if await asyncio.to_thread(file.is_file):
        return await _of_file(file, entry.full_name, pool)
    name, parts = entry.full_name, entry.file_path.parts
    root = next((part for part in parts if part in ("Lean", "Std")), "")
    return Theorem(
        statement=f"attribute [-simp] {name} in\ntheorem {name}.again : type_of% @{name}",
        header=f"import {root}\n" if root else "",
        name=name,
        before=name,
    )


async def _of_file(file: Path, name: str, pool: LeanPool) -> Theorem:
    text = await asyncio.to_thread(file.read_text, "utf-8")
    for record in await pool.scan(text):
        declared = _DECLARED.search(record.text)
        if declared and f".{name}".endswith(f".{declared[1]}"):
            return Theorem(statement=record.text, header=text[: record.start], name=name)
    raise BadInput(
        f"no theorem `{name}` with a `sorry` for its proof",
        where=str(file),
        remedy="Replace the proof by `sorry`: where a proof begins, nobody traced.",
    )
