"""Ctrl-C and closed pipes: what there is is kept, and no process stays."""

from __future__ import annotations

import re
import signal
import subprocess
from pathlib import Path

import psutil
import pytest

from lean_env.wire.client import LaunchFactory
from tests.support.command_line import EASY, HARD, PATIENCE, QSTAR, WRONG, rows, write_rows


@pytest.fixture(autouse=True, scope="module")
def _set_up(launch: LaunchFactory) -> None:
    """No set-up of Lean while a test looks at what is printed."""
    launch(("Init",))


def test_interrupting_keeps_what_there_is_and_leaves_no_process(tmp_path: Path) -> None:
    file = write_rows(tmp_path / "f.jsonl", [EASY, HARD])
    child = subprocess.Popen(
        [*QSTAR, "prove", file, "--json", "--workers", "1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    first = child.stdout.readline()
    started = psutil.Process(child.pid).children(recursive=True)
    child.send_signal(signal.SIGINT)
    rest, said = child.communicate(timeout=PATIENCE)
    assert child.returncode == 130
    assert said.startswith("qstar: interrupted\n       With --trace")
    found = rows(first + rest)
    assert found["easy"]["status"] == "proved"
    assert all(row["stop"] == "cancelled" for name, row in found.items() if name != "easy")
    assert started
    _, alive = psutil.wait_procs(started, timeout=10)
    assert not alive


def test_interrupting_says_what_was_done_of_all(tmp_path: Path) -> None:
    names = ("hard", "hard_a", "hard_b")
    file = write_rows(tmp_path / "f.jsonl", [EASY, *(HARD.replace("hard", n) for n in names)])
    child = subprocess.Popen(
        [*QSTAR, "prove", file, "--workers", "1"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdout is not None
    while not (line := child.stdout.readline()).startswith("easy: proved"):
        assert line
    child.send_signal(signal.SIGINT)
    rest, said = child.communicate(timeout=PATIENCE)
    assert child.returncode == 130
    assert re.search(r"^1 of 4 proved, [23] not begun$", rest, re.MULTILINE), rest
    assert "qstar: interrupted" in said


def test_interrupting_what_imports_have_to_be_built_for(tmp_path: Path) -> None:
    file = tmp_path / "f.lean"
    file.write_text("import Std.Do\nimport Std.Sat\ntheorem t : 1 = 1 := by sorry\n")
    child = subprocess.Popen([*QSTAR, "prove", file], stderr=subprocess.PIPE, text=True)
    assert child.stderr is not None
    assert "importing" in child.stderr.readline()
    started = psutil.Process(child.pid).children(recursive=True)
    child.send_signal(signal.SIGINT)  # to the one process: what it started goes on by itself
    _, said = child.communicate(timeout=15)  # to the end of the building it takes longer
    assert child.returncode == 130
    assert said.startswith("qstar: interrupted\n       With --trace")
    assert started
    _, alive = psutil.wait_procs(started, timeout=10)
    assert not alive


def test_a_closed_pipe_ends_it_quietly(tmp_path: Path) -> None:
    file = write_rows(tmp_path / "f.jsonl", [EASY, EASY.replace("easy", "easy_too"), WRONG])
    child = subprocess.Popen(
        [*QSTAR, "prove", file, "--max-lean-calls", "20", "--workers", "1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert "easy: proved" in child.stdout.readline()
    child.stdout.close()
    assert child.stderr is not None
    assert child.stderr.read() == ""
    assert child.wait(PATIENCE) == 141
