"""Lean's kernel and the second kernel, asked about many exports at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from benchmarks.studies.kernels import proofs
from benchmarks.studies.kernels.environments import Export, ndjson
from lean_env.errors import LeanProcessError
from lean_env.gate.second_kernel import KernelEndedError, KernelProcess
from lean_env.wire.client import DEFAULT_IMPORTS, LaunchFactory, LeanClient
from lean_env.wire.protocol import Replayed

SECONDS = 2.0
"""The time limit of each kernel for one environment."""

PATIENCE = 60.0
KEY = "library"


class Answer(StrEnum):
    """What a kernel says to an environment."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNDECIDED = "undecided"
    CRASHED = "crashed"


@dataclass(frozen=True, slots=True)
class Answers:
    """What both kernels say to one environment.

    Attributes:
        lean: Lean's kernel.
        second: The second kernel.
        lean_reason: Why Lean's kernel does not accept.
        second_reason: Why the second kernel does not accept.
    """

    lean: Answer
    second: Answer
    lean_reason: str = ""
    second_reason: str = ""

    @property
    def differ(self) -> bool:
        """One accepts and the other refuses."""
        return {self.lean, self.second} == {Answer.ACCEPTED, Answer.REFUSED}


class Kernels:
    """One process of each kernel; both are replaced when they end."""

    def __init__(self, launch: LaunchFactory) -> None:
        """Use `open_kernels`."""
        self._launch = launch
        self._lean: LeanClient | None = None
        self._second: KernelProcess | None = None
        self._library: list[dict[str, Any]] = []

    async def close(self) -> None:
        """End both processes."""
        for process in (self._lean, self._second):
            if process is not None:
                await process.close()

    async def ask(self, exports: Sequence[Export]) -> list[Answers]:
        """Ask both kernels.

        Lean's kernel reads the tables; of what it accepts, the second kernel reads the rows that
        Lean writes, with the recursors that it made.  Of what Lean refuses, the second kernel reads
        the rows that `ndjson` writes.

        Args:
            exports: The environments, each over the library.

        Returns:
            The answers, in order.
        """
        replayed = await self.replay(exports)
        texts = [
            one.rows if one is not None and one.rows else ndjson(exported)
            for one, exported in zip(replayed, exports, strict=True)
        ]
        replies = await self.check(texts)
        return [_answers(*both) for both in zip(replayed, replies, strict=True)]

    async def elaborated(self) -> list[Export]:
        """The theorems of `proofs`, as Lean elaborates them."""
        return await proofs.exported(await self.lean())

    async def replay(self, exports: Sequence[Export]) -> list[Replayed | None]:
        """Ask Lean's kernel alone; None stands for a crash."""
        lean = await self.lean()
        try:
            return list(await lean.replay(exports, SECONDS))
        except LeanProcessError:
            await lean.close()
            self._lean = None
        if len(exports) == 1:
            return [None]
        return [(await self.replay([one]))[0] for one in exports]

    async def check(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        """Ask the second kernel alone; its answers are as `kernel/main.mjs` has them."""
        replies: list[dict[str, Any]] = [{} for _ in texts]
        todo = list(range(len(texts)))
        while todo:
            found = await self._checked([texts[i] for i in todo])
            missing = set()
            for i, reply in zip(todo, found, strict=True):
                replies[i] = reply
                missing |= {tuple(name) for name in reply.get("missing", ())}
            todo = [i for i in todo if replies[i].get("verdict") == "missing"]
            if missing:
                await self._supply(sorted(missing, key=repr))
        return replies

    async def lean(self) -> LeanClient:
        """The process of Lean's kernel."""
        if self._lean is None:
            launch = await asyncio.to_thread(self._launch, DEFAULT_IMPORTS)
            self._lean = await LeanClient.launch(launch)
        return self._lean

    # The second kernel

    async def _checked(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        replies = []
        second = await self._running_second()
        for text in texts:
            try:
                reply = await second.ask("check", PATIENCE, key=KEY, export=text, seconds=SECONDS)
            except KernelEndedError as error:
                replies.append({"verdict": "crashed", "reason": str(error)})
                await second.close()
                second = await self._running_second()
                continue
            if reply.get("lost"):
                await self._load(second)
            replies.append(reply)
        return replies

    async def _running_second(self) -> KernelProcess:
        if self._second is None or not self._second.alive:
            self._second = await KernelProcess.start()
            await self._load(self._second)
        return self._second

    async def _load(self, second: KernelProcess) -> None:
        for fields in self._library:
            await second.ask("library", PATIENCE, **fields)

    async def _supply(self, names: list[tuple[str | int, ...]]) -> None:
        lean = await self.lean()
        supplied = await lean.constants(names)
        fields = {"key": KEY, "export": supplied.export, "absent": supplied.absent}
        self._library.append(fields)
        await (await self._running_second()).ask("library", PATIENCE, **fields)


def _answers(lean: Replayed | None, second: dict[str, Any]) -> Answers:
    verdict = second.get("verdict", "crashed")
    reason = second.get("reason") or second.get("error") or ""
    where = f"'{second['declaration']}': " if second.get("declaration") else ""
    if lean is None:
        return Answers(Answer.CRASHED, Answer(verdict), "the process ended", where + reason)
    said = Answer.ACCEPTED
    if lean.error:
        said = Answer.UNDECIDED if lean.undecided else Answer.REFUSED
    return Answers(said, Answer(verdict), lean.error, where + reason)


@asynccontextmanager
async def open_kernels(launch: LaunchFactory) -> AsyncIterator[Kernels]:
    """Both kernels; they end with the context."""
    kernels = Kernels(launch)
    try:
        yield kernels
    finally:
        await kernels.close()
