"""A cache of running Lean processes by their imports, limited by memory."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from types import TracebackType

from lean_env.gate.gate import Gate, make_gate
from lean_env.pool import LeanPool, PoolConfig
from lean_env.wire.client import LaunchFactory
from prover.server.config import ServiceConfig
from prover.session import WORKER_BYTES

WATCH_SECONDS = 1.0
"""Time between two looks at the memory in use."""

GATE_PROCESSES = 2
"""Lean processes of a gate."""

_IMPORT = re.compile(
    r"^(?:public |private |meta )*import\s+(?:all\s+)?\S.*?(?=\s*(?:--|/-|$))", re.M
)


@dataclass(slots=True)
class PoolEntry:
    """Lean with certain imports; its processes start when they are needed.

    Attributes:
        pool: Workers for checks and searches.
        gate: The verifier.
        users: Number of requests and jobs that use the entry.
    """

    pool: LeanPool
    gate: Gate
    users: int = 0

    async def close(self) -> None:
        """End its processes."""
        await asyncio.gather(self.pool.close(), self.gate.__aexit__(None, None, None))


class PoolCache:
    """The entries, to be used as an async context, with eviction of the least recently used.

    Entries with users, and the one used last, are never evicted.  As many entries have users at
    the same time as memory allows, and at least one more than jobs can use.
    """

    def __init__(self, launch: LaunchFactory, config: ServiceConfig) -> None:
        self._launch, self._config = launch, config
        self._entries: dict[tuple[str, ...], PoolEntry] = {}  # in the order of last use
        fitting = config.memory_mb * 2**20 // ((config.workers + GATE_PROCESSES) * WORKER_BYTES)
        self._most = max(int(fitting), config.jobs_at_once + 1)
        self._turn = asyncio.Lock()
        self._left = asyncio.Event()  # set when an entry has lost its last user
        self._watcher: asyncio.Task[None] | None = None

    async def __aenter__(self) -> PoolCache:
        self._watcher = asyncio.create_task(self._watch())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._watcher:
            self._watcher.cancel()
            with suppress(asyncio.CancelledError):
                await self._watcher
        await asyncio.gather(*(entry.close() for entry in self._entries.values()))
        self._entries.clear()

    @asynccontextmanager
    async def entry(self, text: str) -> AsyncIterator[PoolEntry]:
        """Use the entry for the imports of `text`, after waiting for room if needed.

        Waiting is first come, first served, even for entries that are in use already: otherwise a
        steady stream of requests for these could starve a request for another.
        """
        imports = imports_of(text)
        async with self._turn:
            while self._is_full_for(imports):
                self._left.clear()
                await self._left.wait()
            entry = self._entries.pop(imports, None) or self._make()
            self._entries[imports] = entry
            entry.users += 1
        try:
            yield entry
        finally:
            entry.users -= 1
            if not entry.users:
                self._left.set()

    def __len__(self) -> int:
        return len(self._entries)

    def _is_full_for(self, imports: tuple[str, ...]) -> bool:
        used = [other for other, entry in self._entries.items() if entry.users]
        return imports not in used and len(used) >= self._most

    def _make(self) -> PoolEntry:
        pool = LeanPool(self._launch, PoolConfig(workers=self._config.workers))
        kernels = self._config.settings.kernels
        gate = make_gate(self._launch, kernels=kernels, seconds=self._config.seconds)
        return PoolEntry(pool, gate)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            while lean_memory_mb() > self._config.memory_mb:
                if (imports := self._idle()) is None:
                    break
                await self._entries.pop(imports).close()

    def _idle(self) -> tuple[str, ...] | None:
        *others, _ = self._entries or [()]
        return next((imports for imports in others if not self._entries[imports].users), None)


def imports_of(text: str) -> tuple[str, ...]:
    """Extract the import lines of a text, sorted: texts with the same ones share processes."""
    return tuple(sorted({match[0] for match in _IMPORT.finditer(text)}))


def lean_processes() -> list[float]:
    """Measure the memory of each child process in MiB, without shared memory."""
    import psutil

    found = []
    for child in psutil.Process().children():
        with suppress(psutil.Error):
            memory = child.memory_info()
            found.append((memory.rss - getattr(memory, "shared", 0)) / 2**20)
    return found


def lean_memory_mb() -> float:
    """Sum up the private memory of all child processes in MiB."""
    return sum(lean_processes())
