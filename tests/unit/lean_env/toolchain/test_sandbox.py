"""What a program that native Lean runs can do: it tries, here, in the place of Lean."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from lean_env.toolchain.sandbox import isolation, sandboxed_command

in_sandbox = pytest.mark.skipif(isolation() != "bwrap", reason="bubblewrap does not work here")


def run(program: str, home: Path, *readable: Path) -> str:
    """What a Python program says (Python itself may lie in the real home)."""
    python = (sys.executable, "-c", program)
    argv = sandboxed_command(python, readable=readable, memory_mb=400, home=home)
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
    return done.stdout + done.stderr


def test_it_writes_no_file(tmp_path: Path) -> None:
    program = f"with open({str(tmp_path / 'new')!r}, 'w') as file: file.write('text')"
    assert "Error" in run(program, tmp_path, tmp_path)
    new = tmp_path / "new"
    assert not new.exists() or new.read_text() == ""


def test_it_has_so_much_memory(tmp_path: Path) -> None:
    assert "MemoryError" in run("x = bytearray(1 << 30)", tmp_path)
    assert run("x = bytearray(1 << 20); print('done')", tmp_path) == "done\n"


def test_it_has_so_much_time(tmp_path: Path) -> None:
    program = "import resource; print(resource.getrlimit(resource.RLIMIT_CPU)[1])"
    assert run(program, tmp_path) == f"{4 * 3600}\n"


@in_sandbox
def test_it_has_no_network(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        program = f"import socket; socket.create_connection({server.getsockname()}, timeout=5)"
        assert "Error" in run(program, tmp_path)
        server.settimeout(0)
        with pytest.raises(BlockingIOError):
            server.accept()


@in_sandbox
def test_of_the_users_home_it_reads_what_it_must(tmp_path: Path) -> None:
    shown, hidden = tmp_path / "project", tmp_path / "keys"
    for folder in (shown, hidden):
        folder.mkdir()
        (folder / "file").write_text("text")
    program = f"import os; print(sorted(os.listdir({str(tmp_path)!r})))"
    assert run(program, tmp_path, shown) == "['project']\n"
    program = f"print(open({str(shown / 'file')!r}).read())"
    assert run(program, tmp_path, shown) == "text\n"


@in_sandbox
def test_it_sees_no_other_process(tmp_path: Path) -> None:
    program = "import os; print(len([p for p in os.listdir('/proc') if p.isdigit()]))"
    assert int(run(program, tmp_path)) <= 2
