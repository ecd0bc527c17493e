"""The gate: found is not proved.

Two processes take part.  The candidate's one elaborates the declaration with its proof, whatever that
text does to it, and gives out the theorem as terms.  The trusted one never sees that text: it
elaborates header and statement by itself, lets the kernel check the terms over nothing but the
imported modules, compares the theorem with the statement, and walks the terms for axioms.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import TypeVar

from lean_env.client import LeanClient
from lean_env.errors import LeanProcessError
from lean_env.launcher import Imports, Launcher, LaunchFor
from lean_env.protocol import JudgeAnswer
from lean_env.types import Accepted, Refusal, Refused, Theorem, Undecided, Verdict

T = TypeVar("T")

GROWTH_MB = 512
"""A process that has grown by more than this since its start is replaced."""


@dataclass(frozen=True, slots=True)
class Checked:
    """`declaration` is the statement with the proof in the place of its `sorry`."""

    declaration: str
    verdict: Verdict


class Verifier:
    """Checks proofs; to be used as an async context.  A check takes at most about `seconds` on each
    side.

    Processes are kept from proof to proof while proofs are accepted: the kernel decides on each by
    itself.  A refusal counts only from a process that has run no other candidate.
    """

    def __init__(
        self,
        launch: LaunchFor,
        *,
        seconds: float = 60,
        memory_mb: float = 3072,
        setup_seconds: float = 300,
    ) -> None:
        self._seconds = seconds
        launcher = Launcher(launch, memory_mb=memory_mb, setup_seconds=setup_seconds)
        self._trusted = _Side(launcher)
        self._candidate = _Side(launcher)
        self._turn = asyncio.Lock()

    async def __aenter__(self) -> Verifier:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await asyncio.gather(self._trusted.close(), self._candidate.close())

    async def verify(self, theorem: Theorem, script: str) -> Checked:
        """Is the tactic block `script` a proof of `theorem`?

        Raises `InvalidHeader` and `InvalidStatement` when the theorem itself is not in order.
        """
        began = time.monotonic()
        async with self._turn:
            ready = asyncio.create_task(self._candidate.prepare(theorem.header))
            try:
                start = await self._trusted.ask(theorem.header, lambda lean: lean.start(theorem))
            except LeanProcessError as error:
                return Checked("", Undecided(str(error), time.monotonic() - began))
            finally:
                await asyncio.wait([ready])
            declaration = fill(start.source, start.hole, script)
            answer = await self._judge(theorem, start.name, declaration)
        return Checked(declaration, _verdict(answer, time.monotonic() - began))

    async def _judge(self, theorem: Theorem, name: str, declaration: str) -> JudgeAnswer | str:
        """The last word, or why there is none."""
        for fresh in (False, True):
            if fresh or self._candidate.outgrown():
                await self._candidate.close()
            alone = not self._candidate.used
            answer = await self._one_judgement(theorem, name, declaration)
            if isinstance(answer, JudgeAnswer) and not answer.refused:
                return answer
            await self._candidate.close()
            if alone:
                break
        return answer

    async def _one_judgement(
        self, theorem: Theorem, name: str, declaration: str
    ) -> JudgeAnswer | str:
        header, seconds = theorem.header, self._seconds
        try:
            terms = await self._candidate.ask(
                header, lambda lean: lean.export(header, name, declaration, seconds)
            )
            if isinstance(terms, JudgeAnswer):
                return terms
            export = terms.export
            if self._trusted.outgrown():
                await self._trusted.close()
            return await self._trusted.ask(
                header, lambda lean: lean.judge(theorem, export, seconds)
            )
        except LeanProcessError as error:
            return str(error)


class _Side:
    """One of the two processes, started when it is needed."""

    def __init__(self, launcher: Launcher) -> None:
        self._launcher = launcher
        self._lean: LeanClient | None = None
        self._imports: Imports = ()
        self.used = False

    async def ask(self, header: str, question: Callable[[LeanClient], Awaitable[T]]) -> T:
        await self.prepare(header)
        self.used = True
        return await self._launcher.ask(header, self._client, question)

    async def prepare(self, header: str) -> None:
        """Have a process with the imports that `header` is known to want."""
        await self._client(self._launcher.imports_of(header))

    async def _client(self, imports: Imports) -> LeanClient:
        if self._lean is None or not self._lean.alive or self._imports != imports:
            await self.close()
            self._lean, self._imports = await self._launcher.client(imports), imports
        return self._lean

    def outgrown(self) -> bool:
        lean = self._lean
        return lean is not None and lean.alive and lean.memory_mb() > lean.ready_mb + GROWTH_MB

    async def close(self) -> None:
        lean, self._lean, self.used = self._lean, None, False
        if lean is not None:
            await lean.close()


def fill(source: str, hole: tuple[int, int], script: str) -> str:
    """`source` with `script` in the place of the `sorry` at `hole`, its lines in one column."""
    start, stop = hole
    margin = " " * (start - (source.rfind("\n", 0, start) + 1))
    if source[:start].rstrip(" ").endswith("by") and "\n" in script.strip():
        first_line = source[:start].rsplit("\n", 1)[-1]
        margin = " " * (len(first_line) - len(first_line.lstrip(" ")) + 2)
        return f"{source[:start].rstrip(' ')}\n{_indent(script, margin, margin)}{source[stop:]}"
    return f"{source[:start]}{_indent(script, '', margin)}{source[stop:]}"


def _indent(script: str, first: str, rest: str) -> str:
    lines = script.strip("\n").split("\n")
    indented = [first + lines[0], *(rest + line if line.strip() else line for line in lines[1:])]
    return "\n".join(indented)


def _verdict(answer: JudgeAnswer | str, seconds: float) -> Verdict:
    if isinstance(answer, str):
        return Undecided(answer, seconds)
    if answer.refused:
        return Refused(Refusal(answer.refused), answer.message, answer.axioms, seconds)
    return Accepted(answer.axioms, seconds)
