"""What a worker needs of a Lean process, and which of two clients talks to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

from lean_env.repl.client import ReplClient
from lean_env.types import Limits, Refutation, Tactic, Theorem
from lean_env.wire.client import LeanClient, TacticAnswer
from lean_env.wire.protocol import CheckAnswer, ScanAnswer, StartAnswer

if TYPE_CHECKING:
    from lean_env.toolchain.launch import LaunchSpec


class TacticClient(Protocol):
    """One Lean process that elaborates statements and runs tactics.

    `wire.client.LeanClient` talks to our own server, `repl.client.ReplClient` to
    leanprover-community/repl; the methods are described there.

    Attributes:
        ready_mb: Private memory before any work (MiB).
    """

    ready_mb: float

    @property
    def alive(self) -> bool:
        """Whether the process can still answer requests."""
        ...

    @property
    def pid(self) -> int:
        """The operating system's id of the process."""
        ...

    def memory_mb(self) -> float:
        """Private memory of the process in MiB."""
        ...

    async def open(self, header: str) -> int:
        """Elaborate a header, once a process, and return its number."""
        ...

    async def start(self, theorem: Theorem) -> StartAnswer:
        """Elaborate a statement up to its `sorry`."""
        ...

    async def scan(self, source: str) -> ScanAnswer:
        """Elaborate a file and list its declarations with a `sorry`."""
        ...

    async def check(self, header: str | None, source: str, seconds: float) -> CheckAnswer:
        """Elaborate a text to its end, whatever errors are in it."""
        ...

    def run(
        self, state: int, tactics: Sequence[Tactic], limits: Limits
    ) -> AbstractContextManager[AsyncIterator[TacticAnswer]]:
        """Run each tactic on the same state: one answer a tactic, in order."""
        ...

    async def refute(self, state: int, seconds: float) -> Refutation:
        """Look for small values that make the goal of a state false."""
        ...

    def release(self, states: Sequence[int]) -> None:
        """Let the process forget these states."""
        ...

    async def close(self) -> None:
        """Kill the process and wait until it has ended."""
        ...


async def connect(launch: LaunchSpec, *, memory_mb: float, setup_seconds: float) -> TacticClient:
    """Start a process and return the client for its kind.

    Args:
        launch: How to start it.
        memory_mb: With more private memory than this it is killed (MiB).
        setup_seconds: The time limit of elaborating a header, a statement or a file.

    Returns:
        A client of the process.

    Raises:
        ToolchainError: The program cannot be executed.
        LeanProcessError: It gives no sign of life.
    """
    client = ReplClient if launch.kind == "repl" else LeanClient
    return await client.launch(launch, memory_mb=memory_mb, setup_seconds=setup_seconds)
