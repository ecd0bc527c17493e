"""One server process: lines in, lines out, its memory, its end."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, cast

from lean_env.errors import ToolchainError

if TYPE_CHECKING:
    from lean_env.toolchain.launch import LaunchSpec

STDERR_BYTES = 8192
"""Bytes of the end of stderr that are kept for messages."""

MAX_LINE_BYTES = 64 * 2**20
"""A longer line is handed on before it ends: whoever writes it must not fill our memory."""

_KILLED = {-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP, -signal.SIGQUIT}


class LeanProcess(asyncio.SubprocessProtocol):
    """A child in a process group of its own, which speaks in lines on its stdin and stdout.

    `on_line` is called with each line (without its end), `on_exit` once when the process has ended
    and all that it wrote was read.  The child is expected to end by itself when its stdin does: so
    it outlives no parent, however that one ends.
    """

    def __init__(self, on_line: Callable[[bytes], None], on_exit: Callable[[], None]) -> None:
        self._on_line, self._on_exit = on_line, on_exit
        self._partial: list[bytes] = []
        self._held = 0  # bytes in them
        self._stderr = b""
        self._sandboxed = False  # Lean is a child of the child
        self._ended: asyncio.Future[None]
        self._transport: asyncio.SubprocessTransport
        self._stdin: asyncio.WriteTransport

    async def spawn(self, launch: LaunchSpec) -> None:
        """Start the child.

        Args:
            launch: The command to run and its environment.

        Raises:
            ToolchainError: The program cannot be executed.
        """
        loop = asyncio.get_running_loop()
        self._sandboxed = launch.isolation == "bwrap"
        try:
            await loop.subprocess_exec(
                lambda: self, *launch.argv, env=launch.env, start_new_session=True
            )
        except OSError as error:
            raise ToolchainError(
                f"cannot start Lean ({launch.argv[0]}): {error.strerror}",
                remedy="`qstar doctor` says what is missing.",
            ) from error

    # What the event loop reports

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the event loop when the child runs."""
        self._ended = asyncio.get_running_loop().create_future()
        self._transport = cast(asyncio.SubprocessTransport, transport)
        self._stdin = cast(asyncio.WriteTransport, self._transport.get_pipe_transport(0))

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Called by the event loop with output of the child; splits stdout into lines."""
        if fd == 2:
            self._stderr = (self._stderr + data)[-STDERR_BYTES:]
            return
        first, *others = data.split(b"\n")
        self._partial.append(first)
        self._held += len(first)
        if not others and self._held <= MAX_LINE_BYTES:
            return
        self._on_line(b"".join(self._partial))
        for line in others[:-1]:
            self._on_line(line)
        self._partial = others[-1:]
        self._held = len(self._partial[0]) if others else 0

    def process_exited(self) -> None:
        """Called by the event loop when the child has ended; kills what it has started."""
        self._kill_group()  # what it left behind would keep the pipes open

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  asyncio calls it so
        """Called by the event loop when the child has ended and its pipes are closed."""
        self._transport.close()
        self._ended.set_result(None)
        self._on_exit()

    # What the owner does

    @property
    def pid(self) -> int:
        """The operating system's id of the child, which is also its process group's."""
        return self._transport.get_pid()

    @property
    def stderr(self) -> str:
        """The end of what the process wrote to stderr."""
        return self._stderr.decode(errors="replace")

    @property
    def killed(self) -> bool:
        """Whether a signal from outside ended it."""
        return self._transport.get_returncode() in _KILLED

    @property
    def exit_status(self) -> str:
        """In words; empty while the process runs."""
        code = self._transport.get_returncode()
        if code is None:
            return ""
        return f"exit code {code}" if code >= 0 else f"signal {-code} ({signal.strsignal(-code)})"

    def send(self, line: bytes) -> None:
        """`line` includes its end.  What is sent to a process that has ended is lost."""
        self._stdin.write(line)

    def memory_mb(self) -> float:
        """Resident memory in MiB, without mapped files where the system tells; 0 after the end."""
        import psutil

        total = 0
        try:
            process = psutil.Process(self.pid)
            within = process.children(recursive=True) if self._sandboxed else []
            for one in (process, *within):
                memory = one.memory_info()
                total += memory.rss - getattr(memory, "shared", 0)
        except psutil.Error:
            pass
        return total / 2**20

    def kill(self) -> None:
        """End the whole process group at once."""
        if self._transport.get_returncode() is None:
            self._kill_group()

    async def wait(self) -> None:
        """Until the process has ended and its pipes are closed."""
        await asyncio.shield(self._ended)

    def _kill_group(self) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
