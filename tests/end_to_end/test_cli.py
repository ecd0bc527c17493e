"""`qstar` as a process: real Lean, real signals, real pipes."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil
import pytest

from lean_env.wire.launcher import LaunchFor

QSTAR = (sys.executable, "-c", "from prover.cli import main; main()")
PATIENCE = 120
EASY = "theorem easy (a b : Nat) : a + b = b + a"
WRONG = "theorem wrong : 1 = 2"
HARD = "theorem hard (f : Nat → Nat) (h : ∀ n, f (n + 1) > f (f n)) : ∀ n, f n = n"


@pytest.fixture(autouse=True, scope="module")
def _set_up(launch: LaunchFor) -> None:
    """No set-up of Lean while a test looks at what is printed."""
    launch(("Init",))


def qstar(*arguments: str | Path, **environ: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*QSTAR, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env=os.environ | environ,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done


def rows(text: str) -> dict[str, Any]:
    """JSON lines by name; fails if there is anything else."""
    found = [json.loads(line) for line in text.splitlines()]
    assert len({row["name"] for row in found}) == len(found)
    return {row["name"]: row for row in found}


def write_rows(file: Path, statements: Sequence[str], **more: str) -> Path:
    file.write_text("".join(json.dumps({"formal_statement": s} | more) + "\n" for s in statements))
    return file


def test_help_names_the_commands() -> None:
    done = qstar("--help")
    assert done.returncode == 0
    assert "prove" in done.stdout
    assert "doctor" in done.stdout


def test_json_line_of_a_proved_theorem() -> None:
    done = qstar("prove", EASY, "--json")
    assert done.returncode == 0
    assert done.stderr == ""
    [row] = rows(done.stdout).values()
    assert list(row) == ["name", "status", "stop", "proof", "tactics", "verdict", "lean", "stats"]
    assert (row["name"], row["status"], row["stop"]) == ("easy", "proved", "proved")
    assert row["proof"].startswith(EASY)
    assert row["tactics"]
    assert all(tactic in row["proof"] for tactic in row["tactics"])
    assert row["verdict"] == {"ok": True, "axioms": row["verdict"]["axioms"], "reason": ""}
    assert set(row["verdict"]["axioms"]) <= {"propext", "Classical.choice", "Quot.sound"}
    assert row["lean"]["kind"] == "embedded"
    assert row["lean"]["version"].startswith("4.")
    used = row["stats"]
    assert list(used) == ["lean_calls", "expanded", "seconds", "lean_seconds", "policy_seconds"]
    assert used["lean_calls"] >= 1
    assert 0 < used["lean_seconds"] <= used["seconds"]


def test_json_line_of_an_unproved_theorem() -> None:
    done = qstar("prove", WRONG, "--json", "--max-lean-calls", "20")
    assert done.returncode == 1
    row = rows(done.stdout)["wrong"]
    assert (row["status"], row["stop"]) in (("open", "lean_calls"), ("failed", "exhausted"))
    assert (row["proof"], row["tactics"], row["verdict"]) == ("", [], None)
    assert row["stats"]["lean_calls"] <= 20


def test_text_for_pipes_is_plain() -> None:
    done = qstar("prove", EASY, WRONG, "--max-lean-calls", "20")
    assert done.returncode == 1
    assert "easy: proved (" in done.stdout
    assert f"\n{EASY}" in done.stdout
    assert "wrong: not proved, " in done.stdout
    assert done.stdout.endswith("1 of 2 proved\n")
    assert "\x1b" not in done.stdout + done.stderr


def test_output_is_utf8_in_any_locale() -> None:
    done = qstar("prove", "theorem α : True", "--json", PYTHONIOENCODING="ascii")
    assert rows(done.stdout)["α"]["proof"].startswith("theorem α : True")


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


LEAN_FILE = """\
def double (n : Nat) : Nat := n + n

theorem wrong : 1 = 2 := sorry

namespace Here
variable (n : Nat)

theorem rests_on_wrong : 1 = 2 ∧ True := ⟨wrong, by sorry⟩

/-- With `α`. -/
theorem double_eq : double n = n + n := by
  sorry

theorem again (m : Nat) : double m = m + m := by
  have h := double_eq m
  sorry

end Here
"""


def test_a_file_is_shown_proved_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "f.lean"
    file.write_text("theorem t (a b : Nat) : a + b = b + a := by\n  sorry\n")
    done = qstar("prove", file)
    assert done.returncode == 0
    assert "t: proved (" in done.stdout
    assert f"--- {file}\n" in done.stdout
    assert "\n-  sorry\n" in done.stdout
    assert "sorry" in file.read_text()


def test_proofs_are_written_into_a_file(tmp_path: Path) -> None:
    file = tmp_path / "f.lean"
    file.write_text(LEAN_FILE, encoding="utf-8")
    done = qstar("prove", file, "--json", "--write", "--max-lean-calls", "8")
    assert done.returncode == 2
    assert "f.lean:8: it rests on 'wrong', which has a `sorry`" in done.stderr
    found = rows(done.stdout)
    statuses = {name: row["status"] == "proved" for name, row in found.items()}
    assert statuses == {"wrong": False, "rests_on_wrong": False, "double_eq": True, "again": True}
    written = file.read_text(encoding="utf-8")
    assert "theorem wrong : 1 = 2 := sorry\n" in written
    assert found["double_eq"]["proof"] in written
    assert found["again"]["proof"] in written
    assert written.count("sorry") == 2
    assert written.startswith("def double") and written.endswith("\n\nend Here\n")
    assert os.listdir(tmp_path) == ["f.lean"]


def test_a_file_that_cannot_be_written_is_shown(tmp_path: Path) -> None:
    text = EASY + " := by\n  sorry\n"
    good = tmp_path / "f.lean"
    bad = tmp_path / ("x" * 245 + ".lean")  # for the new file beside it, the name is too long
    for file in (bad, good):
        file.write_text(text)
    done = qstar("prove", bad, good, "--write", "--workers", "1")
    assert done.returncode == 3
    assert f"cannot write {bad}: File name too long" in done.stderr
    assert bad.read_text() == text
    assert f"--- {bad}\n" in done.stdout
    assert f"--- {good}\n" not in done.stdout
    assert "sorry" not in good.read_text()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("open Nat\ntheorem t : foo.bar := sorry\n", "f.lean:2:13: "),
        ("theorem t : True := trivial\n\ntheorem t : True := sorry\n", "f.lean:3:9: "),
        ("def f : Nat := 1\n\ntheorem t : f = 1 := by\n  first | sorry | sorry\n", "f.lean:3: "),
    ],
)
def test_a_file_with_errors_is_left_alone(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "f.lean"
    file.write_text(text)
    done = qstar("prove", file, "--write")
    assert done.returncode == 2
    assert says in done.stderr
    assert file.read_text() == text


def test_a_file_without_sorry(tmp_path: Path) -> None:
    file = tmp_path / "f.lean"
    file.write_text("theorem t : True := trivial\n")
    done = qstar("prove", file)
    assert done.returncode == 0
    assert "nothing to prove" in done.stdout


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


def test_the_version() -> None:
    assert qstar("--version").stdout.strip() == f"qstar {version('qstar-prover')}"


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


def test_a_cache_that_cannot_be_used() -> None:
    done = qstar("prove", EASY, QSTAR_CACHE="/dev/null/qstar")
    assert done.returncode == 3
    assert "QSTAR_CACHE" in done.stderr
    assert done.stdout == ""


def test_doctor() -> None:
    done = qstar("doctor", "--json")
    assert done.returncode == 0
    found = json.loads(done.stdout)
    assert found["ok"] is True
    assert found["python"]["path"] == sys.executable
    assert found["lean"]["embedded"]["installed"] is True
    assert ["Init"] in [s["imports"] for s in found["lean"]["embedded"]["snapshots"] if s["intact"]]
    text = qstar("doctor")
    assert text.returncode == 0
    assert found["node"]["version"] in text.stdout
    assert text.stdout.endswith("`qstar prove` can work.\n")


def test_doctor_says_what_keeps_prove_from_working() -> None:
    done = qstar("doctor", QSTAR_CACHE="/dev/null/qstar")
    assert done.returncode == 3
    assert "problem: the cache /dev/null/qstar cannot be written" in done.stdout
