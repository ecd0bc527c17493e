"""What `qstar prove` takes: standard input, folders, text files, several files, a Lake project."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from pathlib import Path

import pytest

from lean_env.wire.client import LaunchFactory
from tests.support.command_line import EASY, PATIENCE, QSTAR, qstar

FILE = f"{EASY} := by\n  sorry\n"
FEW = ("--max-lean-calls", "8", "--lean", "embedded")


@pytest.fixture(autouse=True, scope="module")
def _set_up(launch: LaunchFactory) -> None:
    launch(("Init",))


def fed(text: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`qstar prove` with a text on standard input."""
    return subprocess.run(
        [*QSTAR, "prove", *arguments],
        input=text, capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["-", "/dev/stdin"])
def test_statements_on_standard_input(name: str) -> None:
    text = f"-- two\n{EASY}\n\n/-- In\nwords. -/\ntheorem other (p : Prop) (h : p) : p := by\n"
    done = fed(text, name, *FEW)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(": proved (") == 2
    assert done.stdout.endswith("2 of 2 proved\n")


def test_a_lean_file_on_standard_input_is_shown_proved() -> None:
    done = fed("def two := 2\n\ntheorem t : two = 2 := by\n  sorry\n", "-", *FEW)
    assert done.returncode == 0, done.stderr
    assert "t: proved (" in done.stdout
    assert "\n-  sorry\n" in done.stdout
    refused = fed(FILE, "-", "--write")
    assert refused.returncode == 2
    assert "--write: standard input cannot be written to" in refused.stderr


def test_rows_on_standard_input() -> None:
    done = fed(json.dumps({"formal_statement": EASY}) + "\n", "-", "--json", *FEW)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["name"] == "easy"
    bad = fed('{"a": 1}\n', "-")
    assert bad.returncode == 2
    assert "<stdin>:1: no field `formal_statement`" in bad.stderr


@pytest.mark.parametrize(("text", "says"), [
    ("", "<stdin>: nothing to prove: it is empty"),
    ("\n1 + 1 = 2\n", "<stdin>:2: `1 + 1 = 2` is not a declaration"),
])  # fmt: skip
def test_bad_standard_input(text: str, says: str) -> None:
    done = fed(text, "-")
    assert done.returncode == 2
    assert says in done.stderr


def test_a_text_file_a_folder_and_a_file_have_one_summary(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(EASY)
    project = tmp_path / "project"
    for name in ("b.lean", "sub/c.lean", "done.lean", ".lake/packages/d.lean"):
        file = project / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(FILE.replace("sorry", "omega") if name == "done.lean" else FILE)
    single = tmp_path / "e.lean"
    single.write_text("theorem wrong : 1 = 2 := sorry\n")
    done = qstar("prove", tmp_path / "a.txt", project, single, "--no-refute", *FEW)
    assert done.returncode == 1, done.stderr
    assert done.stdout.endswith("3 of 4 proved in 3 files\n")
    assert f"--- {project / 'b.lean'}\n" in done.stdout
    assert f"--- {project / 'sub' / 'c.lean'}\n" in done.stdout
    assert "done.lean" not in done.stdout
    assert "d.lean" not in done.stdout


def test_folders_with_nothing_to_prove(tmp_path: Path) -> None:
    done = qstar("prove", tmp_path)
    assert done.returncode == 2
    assert f"{tmp_path}: no .lean file is below this folder" in done.stderr
    (tmp_path / "done.lean").write_text("theorem t : True := trivial -- no sorry\n")
    done = qstar("prove", tmp_path)
    assert done.returncode == 2
    assert "none of its 1 .lean files has a `sorry`" in done.stderr


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Lake project with two missing proofs, one in a comment, in which commands run."""
    (tmp_path / "lakefile.toml").write_text('name = "p"\n')
    (tmp_path / "A.lean").write_text(f"-- sorry\n{FILE}")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "B.lean").write_text(FILE.replace("easy", "easy_too"))
    monkeypatch.chdir(tmp_path / "sub")
    return tmp_path


@pytest.mark.usefixtures("project")
def test_a_project_is_listed_where_nobody_can_be_asked() -> None:
    done = fed("", *FEW)
    assert done.returncode == 2
    assert "A.lean:3: theorem easy … sorry\n" in done.stdout
    assert "sub/B.lean:2: theorem easy_too … sorry\n" in done.stdout
    assert "2 lines with `sorry` in " in done.stdout
    assert "give --all, or name the files" in done.stderr


def test_all_of_a_project_is_proved(project: Path) -> None:
    done = fed("", "--all", "--write", *FEW)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("2 of 2 proved in 2 files\n")
    assert "sorry" not in (project / "sub" / "B.lean").read_text()


def test_on_a_terminal_it_asks(project: Path) -> None:
    ours, theirs = pty.openpty()
    child = subprocess.Popen([*QSTAR, "prove", *FEW], stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = b""
    while b"[y/N]" not in shown:
        shown += os.read(ours, 65536)
    os.write(ours, b"n\n")
    assert child.wait(PATIENCE) == 0
    os.close(ours)
    assert b"sub/B.lean:2: theorem easy_too " in shown
    assert "sorry" in (project / "A.lean").read_text()


def test_without_target_and_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = fed("")
    assert done.returncode == 2
    assert "no TARGET is given, and no Lake project is here" in done.stderr
    assert "give - for standard input" in done.stderr
