"""`qstar prove` with statements: what it prints, and what it refuses."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
from pathlib import Path

import pytest

from lean_env.wire.client import LaunchFactory
from tests.support.command_line import EASY, PATIENCE, QSTAR, WRONG, qstar, rows, write_rows


@pytest.fixture(autouse=True, scope="module")
def _set_up(launch: LaunchFactory) -> None:
    """No set-up of Lean while a test looks at what is printed."""
    launch(("Init",))


def test_json_line_of_a_proved_theorem() -> None:
    done = qstar("prove", EASY, "--json")
    assert done.returncode == 0
    assert done.stderr == ""
    [row] = rows(done.stdout).values()
    assert list(row) == [
        "name",
        "status",
        "stop",
        "proof",
        "unverified",
        "tactics",
        "auto_bound",
        "counterexample",
        "verdict",
        "lean",
        "stats",
    ]
    assert (row["name"], row["status"], row["stop"]) == ("easy", "proved", "proved")
    assert row["proof"].startswith(EASY)
    assert row["tactics"]
    assert all(tactic in row["proof"] for tactic in row["tactics"])
    verdict = row["verdict"]
    assert (verdict["ok"], verdict["reason"]) == (True, "")
    assert list(verdict) == ["ok", "axioms", "checkers", "reason"]
    assert [checker.split()[0] for checker in verdict["checkers"]] == ["Lean", "qstar-kernel"]
    assert set(row["verdict"]["axioms"]) <= {"propext", "Classical.choice", "Quot.sound"}
    assert row["lean"]["kind"] == "embedded"
    assert row["lean"]["version"].startswith("4.")
    used = row["stats"]
    times = ["seconds", "lean_seconds", "policy_seconds"]
    assert list(used) == ["lean_calls", "expanded", "tokens", *times]
    assert used["lean_calls"] >= 1
    assert 0 < used["lean_seconds"] <= used["seconds"]


def test_json_line_of_an_unproved_theorem() -> None:
    done = qstar("prove", WRONG, "--json", "--max-lean-calls", "20", "--no-refute")
    assert done.returncode == 1
    row = rows(done.stdout)["wrong"]
    assert (row["status"], row["stop"]) in (("open", "lean_calls"), ("failed", "exhausted"))
    assert (row["proof"], row["tactics"], row["verdict"]) == ("", [], None)
    assert row["stats"]["lean_calls"] <= 20


def test_text_for_pipes_is_plain() -> None:
    done = qstar("prove", EASY, WRONG, "--max-lean-calls", "20", "--no-refute")
    assert done.returncode == 1
    assert "easy: proved (" in done.stdout
    assert f"\n{EASY}" in done.stdout
    assert "wrong: not proved, " in done.stdout
    assert done.stdout.endswith("1 of 2 proved\n")
    assert "\x1b" not in done.stdout + done.stderr


def test_output_is_utf8_in_any_locale() -> None:
    done = qstar("prove", "theorem α : True", "--json", PYTHONIOENCODING="ascii")
    assert rows(done.stdout)["α"]["proof"].startswith("theorem α : True")


def test_numbers_agree_with_their_nouns() -> None:
    done = qstar("prove", WRONG, "--max-lean-calls", "1", "--no-refute")
    assert "1 tactic run)" in done.stdout


def test_at_60_columns_words_stay_whole() -> None:
    name = "theorem_whose_name_is_long"
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 60, 0, 0))
    command = [*QSTAR, "prove", f"theorem {name} : 1 = 2", "--max-lean-calls", "5", "--no-refute"]
    environ = {key: value for key, value in os.environ.items() if key != "COLUMNS"}
    child = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environ)
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 65536):
            shown += part
    except OSError:
        os.close(ours)
    assert child.wait(PATIENCE) == 1
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode())
    lines = re.split(r"[\r\n]+", text[text.rindex("✗") :])
    assert [line for line in lines if len(line) > 60] == []
    joined = " ".join(line.strip() for line in lines)
    assert f"{name}: not proved, all allowed tactics were run (--max-lean-calls)" in joined


def test_live_display_on_a_terminal() -> None:
    ours, theirs = pty.openpty()
    child = subprocess.Popen([*QSTAR, "prove", EASY], stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 65536):
            shown += part
    except OSError:  # how Linux says that the other side is closed
        os.close(ours)
    assert child.wait(PATIENCE) == 0
    assert "✓ " in shown.decode()
    assert "easy: proved (" in shown.decode()


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("a + b = b + a", "theorem t (a b : Nat)"),
        ("theorem t (a : Nat : a = a", "t:1:19: "),
        ("theorem t (a : Nat) : a = foo.bar a", "t:1:"),
        ("theorem Nat.add_comm (a b : Nat) : a + b = b + a", "already been declared"),
        ("theorem t : Nat", "not a proposition"),
        ("missing.lean", "missing.lean: no such file"),
        ("missing.jsonl", "missing.jsonl: no such file"),
    ],
)
def test_bad_input(target: str, says: str) -> None:
    done = qstar("prove", target)
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("--policy", "oracle", "choose among portfolio"),
        ("--policy", "portfolio,openai:http://localhost", "choose among portfolio"),
        ("--search", "luck", "choose one of: bestfirst"),
        ("--timeout", "0", "--timeout: 0.0 is not a number above 0"),
        ("--timeout", "nan", "--timeout: nan is not a number above 0"),
        ("--workers", "0", "--workers"),
        ("--max-lean-calls", "0", "--max-lean-calls"),
    ],
)
def test_bad_options(option: str, value: str, says: str) -> None:
    done = qstar("prove", EASY, option, value)
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stdout == ""


def test_a_malformed_line_stops_everything_before_it_starts(tmp_path: Path) -> None:
    file = write_rows(tmp_path / "f.jsonl", [EASY])
    file.write_text(file.read_text() + "{\n")
    out = tmp_path / "out.jsonl"
    done = qstar("prove", file, "--json", "--out", out)
    assert done.returncode == 2
    assert done.stdout == ""
    assert f"{file}:2: not JSON" in done.stderr
    assert not out.exists()


def test_statements_that_lean_refuses_do_not_stop_the_others(tmp_path: Path) -> None:
    file = write_rows(tmp_path / "f.jsonl", ["theorem bad : 1 = ⟩", EASY])
    late = write_rows(tmp_path / "late.jsonl", ["theorem late : True"], header="open Nowhere")
    out = tmp_path / "out.jsonl"
    done = qstar("prove", file, late, "--json", "--out", out)
    assert done.returncode == 2
    found = rows(done.stdout)
    assert {name: row["status"] for name, row in found.items()} == {
        "bad": "error",
        "easy": "proved",
        "late": "error",
    }
    assert "unknown namespace" in found["late"]["verdict"]["reason"]
    assert f"{file}:1, formal_statement:1:" in done.stderr
    assert f"{late}:1, header:1:6: unknown namespace" in done.stderr
    assert out.read_text() == done.stdout


def test_output_that_cannot_be_written(tmp_path: Path) -> None:
    done = qstar("prove", EASY, "--out", tmp_path / "no" / "out.jsonl")
    assert done.returncode == 2
    assert "a folder that is there" in done.stderr
    assert "No such file or directory" in done.stderr
    with open("/dev/full", "w") as full:
        ended = subprocess.run(
            [*QSTAR, "prove", EASY], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert ended.returncode == 3
    assert ended.stderr == "qstar: output: No space left on device\n"


def test_unknown_names_in_a_statement_are_named_before_any_search() -> None:
    done = qstar("prove", "theorem q (f : ℝ → ℝ) (hf : ∀ x, f x = x) : f = id")
    assert done.returncode == 2
    assert "nothing declares `ℝ`" in done.stderr
    assert "embedded Lean has no Mathlib" in done.stderr
    letters = qstar("prove", "theorem q (f : α → α) (hf : ∀ x, f x = x) : f = id", "--json")
    assert rows(letters.stdout)["q"]["status"] == "proved"
    assert rows(letters.stdout)["q"]["auto_bound"] == ["α"]


def test_imports_and_openings_before_a_statement_are_its_header() -> None:
    done = qstar("prove", "import Init.Data.List.Basic\nopen Nat\ntheorem t : succ 1 = 2")
    assert done.returncode == 0, done.stderr
