"""A process of the gate, started when it is needed and replaced when it has grown too large."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from lean_env.wire.client import ClientLauncher, Imports, LaunchFactory, LeanClient

T = TypeVar("T")

GROWTH_MB = 512
"""A process that has grown by more than this since its start is replaced."""


class CheckerProcess:
    """Owns one Lean process and replaces it when it ends, grows, or needs other imports.

    Attributes:
        used: Whether the present process has run a candidate; its owner sets it, and a new process
            starts unused.
        turn: To be held while the process is used.
    """

    def __init__(self, launch: LaunchFactory, *, memory_mb: float, setup_seconds: float) -> None:
        self._launcher = ClientLauncher(
            launch, LeanClient.launch, memory_mb=memory_mb, setup_seconds=setup_seconds
        )
        self._lean: LeanClient | None = None
        self._imports: Imports = ()
        self._retired = False
        self._code = ""  # that the present process has run
        self.used = False
        self.turn = asyncio.Lock()

    def imports_of(self, header: str) -> Imports:
        """The imports of a header as far as known, else the default ones."""
        return self._launcher.imports_of(header)

    async def ask(
        self, header: str, question: Callable[[LeanClient], Awaitable[T]], code: str = ""
    ) -> T:
        """Ask a process with the imports of a header.

        Args:
            header: The header that the question is about.
            question: Asks the client; repeated when the header turns out to need other imports.
            code: As in `client`.

        Returns:
            The answer to the question.
        """
        return await self._launcher.ask(header, lambda i: self.client(i, code), question)

    async def client(self, imports: Imports, code: str = "") -> LeanClient:
        """Return a running process with these imports, replacing one that has grown too large.

        Args:
            imports: The modules that it has imported.
            code: A text whose code will run in it.  Afterwards the process is for texts that begin
                with this one: to others it could do what it likes.

        Returns:
            The client of the process.
        """
        lean = self._lean
        usable = lean is not None and lean.alive and self._imports == imports
        usable = usable and code.startswith(self._code)
        if lean is None or not usable or self._retired or _outgrown(lean):
            await self.close()
            self._lean = lean = await self._launcher.client(imports)
            self._imports = imports
        self._code = code
        return lean

    @property
    def running(self) -> LeanClient | None:
        """The present process."""
        return self._lean

    def retire(self, lean: LeanClient | None) -> None:
        """Have a process replaced before the next question, if it is still the present one."""
        self._retired = self._retired or (lean is not None and lean is self._lean)

    async def close(self) -> None:
        """Kill the process; the next question starts another one."""
        lean, self._lean, self.used, self._retired = self._lean, None, False, False
        self._code = ""
        if lean is not None:
            await lean.close()


def _outgrown(lean: LeanClient) -> bool:
    return lean.memory_mb() > lean.ready_mb + GROWTH_MB
