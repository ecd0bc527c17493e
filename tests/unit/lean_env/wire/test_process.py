"""Children in general: lines, stderr, killing.  Lean's own behaviour is tested elsewhere."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lean_env.errors import ToolchainError
from lean_env.toolchain.launch import LaunchSpec
from lean_env.wire.process import STDERR_BYTES, LeanProcess

ECHO = "import sys, shutil; shutil.copyfileobj(sys.stdin.buffer, sys.stdout.buffer)"
LINES = "import sys\nfor line in sys.stdin:\n    print(line, end='', flush=True)"


def python(code: str) -> LaunchSpec:
    """A Python program in the place of Lean."""
    argv = (sys.executable, "-c", code)
    return LaunchSpec(argv=argv, env=dict(os.environ), kind="python", version="", imports=())


class Child:
    """A process and what it says."""

    def __init__(self) -> None:
        self.lines: asyncio.Queue[bytes] = asyncio.Queue()
        self.exits = 0
        self.process = LeanProcess(self.lines.put_nowait, self._exited)

    def _exited(self) -> None:
        self.exits += 1

    @classmethod
    async def of(cls, code: str) -> Child:
        child = cls()
        await child.process.spawn(python(code))
        return child

    async def end(self) -> None:
        self.process.kill()
        await self.process.wait()


@given(st.lists(st.binary(max_size=20)), st.lists(st.integers(1, 30)))
def test_lines_do_not_depend_on_how_they_arrive(parts: list[bytes], sizes: list[int]) -> None:
    lines = [part.replace(b"\n", b" ") for part in parts]
    stream = b"".join(line + b"\n" for line in lines) + b"unfinished"
    read: list[bytes] = []
    process = LeanProcess(read.append, lambda: None)
    for size in sizes:
        process.pipe_data_received(1, stream[:size])
        stream = stream[size:]
    process.pipe_data_received(1, stream)
    assert read == lines


async def test_a_line_of_any_length() -> None:
    child = await Child.of(ECHO)
    line = os.urandom(1 << 24).hex().encode()
    child.process.send(line + b"\nshort\n")
    child.process._stdin.close()
    assert await child.lines.get() == line
    assert await child.lines.get() == b"short"
    await child.process.wait()


async def test_stderr_is_drained_and_its_end_kept() -> None:
    code = (
        "import sys; sys.stderr.write('x' * 10_000_000 + 'the end')\n"
        "print('done', flush=True); input()"
    )
    child = await Child.of(code)
    assert await child.lines.get() == b"done"
    await child.end()
    assert child.process.stderr.endswith("x" * 1000 + "the end")
    assert len(child.process.stderr) == STDERR_BYTES


async def test_what_it_wrote_before_it_ended_is_read() -> None:
    child = await Child.of("print('a\\nb\\n' * 50_000); raise SystemExit(3)")
    await child.process.wait()
    assert child.exits == 1
    assert child.lines.qsize() == 100_001
    assert child.process.exit_status == "exit code 3"
    assert child.process.memory_mb() == 0


async def test_it_ends_when_its_stdin_does() -> None:
    child = await Child.of(LINES)
    child.process._stdin.close()
    await child.process.wait()
    assert child.process.exit_status == "exit code 0"


async def test_killing_takes_its_children_along_and_leaves_no_zombie() -> None:
    code = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "print(child.pid, flush=True)\n"
        "child.wait()"
    )
    child = await Child.of(code)
    grandchild = psutil.Process(int(await child.lines.get()))
    pid = child.process.pid
    assert os.getpgid(grandchild.pid) == pid != os.getpgid(0)
    await child.end()
    assert child.process.exit_status == f"signal 9 ({signal.strsignal(9)})"
    assert not psutil.pid_exists(pid)
    _, alive = psutil.wait_procs([grandchild], timeout=10)
    assert [p for p in alive if p.status() != psutil.STATUS_ZOMBIE] == []


async def test_children_that_are_left_behind_do_not_keep_it_open() -> None:
    code = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "print(child.pid, flush=True)"
    )
    child = await Child.of(code)
    await asyncio.wait_for(child.process.wait(), 20)
    assert child.process.exit_status == "exit code 0"


async def test_memory_is_that_of_the_process() -> None:
    child = await Child.of("x = bytearray(200 << 20); print(flush=True); input()")
    await child.lines.get()
    assert 200 < child.process.memory_mb() < 300
    await child.end()


async def test_a_program_that_is_not_there() -> None:
    launch = LaunchSpec(argv=("/no/such/lean",), env={}, kind="", version="", imports=())
    with pytest.raises(ToolchainError, match="/no/such/lean"):
        await LeanProcess(lambda _: None, lambda: None).spawn(launch)
