"""The second kernel: a process beside Lean that checks again what Lean's own kernel has accepted.

It is written from Lean's type theory in another language (`kernel/`), so that an error in one of
the two kernels does not make a proof of what is false.  The declarations that it reads come from
the trusted process, which has compared the theorem among them with the statement.  So do the
constants of the library, which it takes as given.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from lean_env.errors import LeanEnvError
from lean_env.gate.library_rows import LibraryRows
from lean_env.toolchain.launch import LaunchSpec, read_only
from lean_env.toolchain.node import find_node
from lean_env.types import Accepted, RefusalReason, Refused, Undecided
from lean_env.wire.client import LeanClient
from lean_env.wire.process import LeanProcess
from lean_env.wire.protocol import JudgeAnswer, Name

VERSION = "1"
NAME = f"qstar-kernel {VERSION}"
FOLDER = Path(__file__).resolve().parent / "kernel"

SECONDS = 10.0
"""The time limit of a check."""

GRACE_SECONDS = 5.0
"""How long the process may take to notice that its time is over, before it is killed."""

MAX_ROUNDS = 1000
"""Of asking for constants of the library, each of which supplies some."""

_COMPONENT = re.compile(r"«([^»]*)»|([^.«»]+)")


class KernelEndedError(Exception):
    """The kernel's process ended, or lost its library, before it gave an answer."""


class KernelProcess:
    """One process of the kernel; answers come in the order of the requests."""

    def __init__(self) -> None:
        """Use `start`."""
        self._process = LeanProcess(self._on_line, self._on_exit)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._next_id = 1
        self.alive = True

    @classmethod
    async def start(cls) -> KernelProcess:
        """Start a process that can read its own source and nothing else.

        Raises:
            ToolchainError: Node is missing or cannot be executed.
        """
        argv = (str(find_node().program), *read_only(FOLDER), str(FOLDER / "main.mjs"))
        kernel = cls()
        await kernel._process.spawn(
            LaunchSpec(argv=argv, env={}, kind="kernel", version=VERSION, imports=())
        )
        return kernel

    @property
    def pid(self) -> int:
        """The operating system's id of the process."""
        return self._process.pid

    def memory_mb(self) -> float:
        """Private memory of the process in MiB."""
        return self._process.memory_mb()

    def post(self, op: str, fields: bytes) -> asyncio.Future[dict[str, Any]]:
        """Send a request.

        Args:
            op: What is asked (see `kernel/main.mjs`).
            fields: The JSON object of its other fields.

        Returns:
            The answer, when it has come; `KernelEndedError` when the process ends before.
        """
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        if self.alive:
            self._waiting[self._next_id] = answer
            self._process.send(
                b'{"id":%d,"op":"%s",%s\n' % (self._next_id, op.encode(), fields[1:])
            )
            self._next_id += 1
        else:
            answer.set_exception(KernelEndedError("the process has ended"))
        return answer

    async def ask(self, op: str, patience: float, **fields: object) -> dict[str, Any]:
        """Send a request and wait for its answer.

        Args:
            op: What is asked.
            patience: How many seconds to wait.
            **fields: The other fields of the request.

        Raises:
            KernelEndedError: There is no answer in time, or the process ends.
        """
        answer = self.post(op, json.dumps(fields, ensure_ascii=False).encode())
        try:
            return await asyncio.wait_for(answer, patience)
        except TimeoutError as error:
            raise KernelEndedError(f"no answer in {patience:.0f} s") from error

    async def close(self) -> None:
        """Kill the process and wait until it has ended."""
        self._process.kill()
        await self._process.wait()

    def _on_line(self, line: bytes) -> None:
        try:
            answer = json.loads(line)
            waiting = self._waiting.pop(answer["id"])
        except (ValueError, KeyError, TypeError):
            self._process.kill()  # then nothing that it says is worth reading
            return
        if not waiting.done():
            waiting.set_result(answer)

    def _on_exit(self) -> None:
        self.alive = False
        last = (self._process.stderr.strip().splitlines() or [self._process.exit_status])[-1]
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(KernelEndedError(last))
                waiting.exception()  # nobody need have waited for it
        self._waiting.clear()


class SecondKernel:
    """Owns a process of the kernel, which starts when it is needed, and what it knows of libraries.

    A process that breaks down is replaced once a check.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        """Create it; nothing is started yet.

        Args:
            seconds: The time limit of a check.
        """
        self._seconds = seconds
        self._process: KernelProcess | None = None
        self._libraries: dict[str, LibraryRows] = {}
        self._loaded: set[str] = set()  # keys of libraries that the process has
        self._turn = asyncio.Lock()
        self._warming: asyncio.Task[None] | None = None

    def memory_mb(self) -> float:
        """Private memory of its process in MiB; 0 when none runs."""
        return self._process.memory_mb() if self._process is not None else 0.0

    def warm(self, lean: LeanClient, *, ran_code: bool = False) -> None:
        """Begin to start the process and to read the library, while Lean works.

        Args:
            lean: The trusted process.
            ran_code: As in `check`.
        """
        key = _key(lean, ran_code)
        if self._warming is None or (self._warming.done() and not self._has(key)):
            self._warming = asyncio.create_task(self._warm(lean, ran_code))

    async def check(
        self,
        lean: LeanClient,
        answer: JudgeAnswer,
        axioms: Sequence[str],
        *,
        ran_code: bool = False,
    ) -> Accepted | Refused | Undecided:
        """Check the declarations that Lean's kernel has accepted.

        Args:
            lean: The trusted process.
            answer: What it answered to `judge`.
            axioms: The axioms that the theorem may rest on.
            ran_code: Whether it has run code of a header.  Then what it tells of the library is
                used for theorems of this process only.

        Returns:
            The verdict; `checkers` names this kernel.

        Raises:
            LeanProcessError: The trusted process ended.
        """
        async with self._turn:
            reason = ""
            for _ in range(2):
                try:
                    return _verdict(await self._ask(lean, answer, ran_code), axioms)
                except KernelEndedError as error:
                    reason = str(error)
                    await self._drop()
        return Undecided(f"{NAME}: {reason}")

    async def close(self) -> None:
        """End the process, and keep what was learned of libraries for the next one."""
        if self._warming is not None:
            self._warming.cancel()
        await self._drop()
        if self._warming is not None:
            await asyncio.gather(self._warming, return_exceptions=True)
            await self._drop()
        for library in self._libraries.values():
            await asyncio.to_thread(library.save)

    async def _ask(self, lean: LeanClient, answer: JudgeAnswer, ran_code: bool) -> dict[str, Any]:
        key = _key(lean, ran_code)
        for _ in range(MAX_ROUNDS):
            kernel = await self._ready(lean, ran_code)
            reply = await kernel.ask(
                "check",
                self._seconds + GRACE_SECONDS,
                key=key,
                export=answer.rows,
                theorem=answer.theorem,
                fresh=True,
                seconds=self._seconds,
            )
            if reply.get("lost"):
                self._loaded.clear()
                if reply["reason"] != "time limit":
                    raise KernelEndedError(reply["reason"])
            if reply.get("verdict") != "missing":
                return reply
            supplied = await lean.constants([tuple(name) for name in reply["missing"]])
            await _accepted(kernel.post("library", self._libraries[key].add(supplied)))
        return {"error": "it asks for ever more of the library"}

    async def _ready(self, lean: LeanClient, ran_code: bool) -> KernelProcess:
        """The running process, with all that is known of the library."""
        if self._process is None or not self._process.alive:
            await self._drop()
            self._process = await KernelProcess.start()
        key, kernel = _key(lean, ran_code), self._process
        if key not in self._loaded:
            if key not in self._libraries:
                folder = None if ran_code else lean.spec.snapshot
                rows = await asyncio.to_thread(LibraryRows.read, key, folder)
                self._libraries[key] = rows
            answers = [kernel.post("library", batch) for batch in self._libraries[key].batches]
            for answer in answers:
                await _accepted(answer)
            self._loaded.add(key)
        return kernel

    async def _warm(self, lean: LeanClient, ran_code: bool) -> None:
        with suppress(LeanEnvError, KernelEndedError):  # to fail where it matters
            async with self._turn:
                await self._ready(lean, ran_code)

    def _has(self, key: str) -> bool:
        return self._process is not None and self._process.alive and key in self._loaded

    async def _drop(self) -> None:
        process, self._process = self._process, None
        self._loaded.clear()
        if process is not None:
            await process.close()


def _key(lean: LeanClient, ran_code: bool) -> str:
    """One for each library.  The modules of native Lean may be built anew at any time."""
    snapshot = None if ran_code else lean.spec.snapshot
    return snapshot.name if snapshot else f"process {lean.pid}"


async def _accepted(answer: asyncio.Future[dict[str, Any]]) -> None:
    reply = await answer
    if "error" in reply or reply.get("lost"):
        raise KernelEndedError(reply.get("error") or reply["reason"])


def _verdict(reply: dict[str, Any], axioms: Sequence[str]) -> Accepted | Refused | Undecided:
    match reply:
        case {"verdict": "accepted", "axioms": found}:
            used = [tuple(name) for name in found]
            allowed = {components(axiom) for axiom in axioms}
            text = tuple(".".join(map(str, name)) for name in used)
            for name, spelled in zip(used, text, strict=True):
                if name not in allowed:
                    why = f"{NAME}: it rests on the axiom '{spelled}'"
                    return Refused(RefusalReason.AXIOM, why, text)
            return Accepted(text, checkers=(NAME,))
        case {"verdict": "refused", "reason": reason, "declaration": where}:
            return Refused(RefusalReason.KERNEL, f"{NAME}: {_at(where)}{reason}")
        case {"verdict": "undecided", "reason": reason, "declaration": where}:
            return Undecided(f"{NAME}: {_at(where)}{reason}")
    return Undecided(f"{NAME}: {reply.get('error', 'an answer of an unknown kind')}")


def _at(declaration: str) -> str:
    return f"'{declaration}': " if declaration else ""


def components(name: str) -> Name:
    """Split a name as Lean writes it (`Classical.choice`, `«a.b».c`) into its components."""
    return tuple(quoted or plain for quoted, plain in _COMPONENT.findall(name))
