"""One process of the REPL: JSON commands and answers, under limits of time and memory."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lean_env.errors import (
    LeanCrash,
    LeanOutOfMemory,
    LeanProcessError,
    LeanTimeout,
    ProtocolError,
)
from lean_env.wire.process import MAX_LINE_BYTES, LeanProcess

if TYPE_CHECKING:
    from lean_env.toolchain.launch import LaunchSpec

POLL_SECONDS = 0.25
"""How often the memory of a busy process is looked at."""


class ReplProcess:
    """Asks one question at a time.

    The REPL cannot be told to stop: whatever ends a question early (its time, its memory, a
    cancelled caller) ends the process.
    """

    def __init__(self, memory_mb: float) -> None:
        """Create it without a process; `open` starts one.

        Args:
            memory_mb: With more private memory than this the process is killed (MiB).
        """
        self._memory_mb = memory_mb
        self._process = LeanProcess(self._on_line, self._on_exit)
        self._lines: list[bytes] = []
        self._held = 0
        self._answer: asyncio.Future[bytes] | None = None
        self._end: LeanProcessError | None = None

    @classmethod
    async def open(cls, launch: LaunchSpec, memory_mb: float) -> ReplProcess:
        """Start the program.

        Args:
            launch: The command and its environment.
            memory_mb: With more private memory than this it is killed (MiB).

        Returns:
            The running process.

        Raises:
            ToolchainError: The program cannot be executed.
        """
        process = cls(memory_mb)
        await process._process.spawn(launch)
        return process

    @property
    def alive(self) -> bool:
        """Whether it can still answer."""
        return self._end is None

    @property
    def pid(self) -> int:
        """The operating system's id of the process."""
        return self._process.pid

    def memory_mb(self) -> float:
        """Private memory in MiB, now."""
        return self._process.memory_mb()

    async def ask(self, command: Mapping[str, object], seconds: float) -> Mapping[str, Any]:
        """Send a command and wait for its answer.

        Args:
            command: The JSON object.
            seconds: The time limit; when it is over the process is killed.

        Returns:
            The JSON object that the REPL answers.

        Raises:
            LeanTimeout: The time limit was reached.
            LeanOutOfMemory: The memory limit was reached.
            LeanProcessError: The process ended otherwise, or did not answer with JSON.
        """
        if self._end is not None:
            raise self._end
        loop = asyncio.get_running_loop()
        answer = self._answer = loop.create_future()
        self._process.send(json.dumps(command, ensure_ascii=False).encode() + b"\n\n")
        deadline = loop.time() + seconds
        try:
            while not answer.done():
                left = deadline - loop.time()
                await asyncio.wait([answer], timeout=max(0.0, min(POLL_SECONDS, left)))
                if not answer.done():
                    self._check_limits(left, seconds)
            return _read(answer.result())
        except ProtocolError as error:
            self._fail(error)
            raise
        except asyncio.CancelledError:
            self._answer = None
            self._fail(LeanProcessError("the REPL was stopped in the middle of a command"))
            raise
        finally:
            self._answer = None

    async def close(self) -> None:
        """Kill the process and wait until it has ended."""
        self._fail(LeanProcessError("the Lean process was closed"))
        await self._process.wait()

    def _check_limits(self, left: float, seconds: float) -> None:
        if self._process.memory_mb() > self._memory_mb:
            what = f"Lean grew beyond its memory limit of {self._memory_mb:.0f} MiB"
            self._fail(LeanOutOfMemory(what, stderr=self._process.stderr))
        elif left <= 0:
            what = f"Lean gave no answer in {seconds:.1f} s"
            self._fail(LeanTimeout(what, stderr=self._process.stderr))

    def _on_line(self, line: bytes) -> None:
        self._held += len(line)
        if self._held > MAX_LINE_BYTES:
            self._fail(
                LeanOutOfMemory(f"Lean gave an answer of more than {MAX_LINE_BYTES >> 20} MiB")
            )
        elif line.strip():
            self._lines.append(line)
        elif self._lines:
            text, self._lines, self._held = b"\n".join(self._lines), [], 0
            if self._answer is not None and not self._answer.done():
                self._answer.set_result(text)

    def _on_exit(self) -> None:
        said = self._process.stderr.strip()
        last = f": {said.splitlines()[-1]}" if said else ""
        kind = LeanProcessError if self._process.killed else LeanCrash
        self._fail(kind(f"Lean ended with {self._process.exit_status}{last}", stderr=said))

    def _fail(self, error: LeanProcessError) -> None:
        """Kill the process; the question that waits gets the error."""
        if self._end is not None:
            return
        self._end = error
        self._process.kill()
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)


def _read(text: bytes) -> Mapping[str, Any]:
    """The JSON object of an answer; programs that Lean runs may have printed lines before it."""
    start = 0 if text.startswith(b"{") else text.find(b"\n{") + 1
    try:
        answer = json.loads(text[start:])
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"the REPL did not answer with JSON: {text[:200]!r}") from error
    if not isinstance(answer, dict):
        raise ProtocolError(f"the REPL did not answer with a JSON object: {text[:200]!r}")
    return answer
