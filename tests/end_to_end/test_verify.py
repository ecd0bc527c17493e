"""`qstar verify` as a process."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lean_env.wire.client import LaunchFactory
from tests.support.command_line import KNOWN_ERRORS, qstar, rows

STATEMENTS = """def f (n : Nat) : Nat := n + 1
theorem a : f 1 = 2 := by sorry

theorem b (p q : Prop) (h : p ↔ q) : p = q := by
  sorry
"""


@pytest.fixture(autouse=True, scope="module")
def _set_up(launch: LaunchFactory) -> None:
    launch(("Init",))


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Proofs, of which the first rests on an axiom, and what they are to prove."""
    proofs, statements = tmp_path / "Proofs.lean", tmp_path / "Statements.lean"
    given = STATEMENTS.replace("by sorry", "cheat", 1).replace("by\n  sorry", "propext h")
    proofs.write_text(given.replace("theorem a", "axiom cheat : f 1 = 2\ntheorem a"))
    statements.write_text(STATEMENTS)
    return proofs, statements


def test_each_statement_gets_its_verdict(files: tuple[Path, Path]) -> None:
    proofs, statements = files
    done = qstar("verify", proofs, "--against", statements)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        f"{statements}:2: a: refused (axiom): 'a' rests on the axiom 'cheat'",
        f"{statements}:4: b: accepted (axioms: propext)",
        "checked by Lean 4.28.0 and qstar-kernel 1",
        KNOWN_ERRORS,
        "1 of 2 accepted",
    ]


def test_json_lines(files: tuple[Path, Path]) -> None:
    proofs, statements = files
    done = qstar("verify", proofs, "--against", statements, "--json", "--allow-axiom", "cheat")
    assert done.returncode == 0, done.stderr
    found = rows(done.stdout)
    assert found["a"]["verdict"] == {
        "ok": True,
        "axioms": ["cheat"],
        "allowed": ["cheat"],
        "checkers": ["Lean 4.28.0", "qstar-kernel 1"],
        "definitions": [],
        "reason": "",
        "message": "",
    }
    assert found["b"]["verdict"]["allowed"] == []
    assert {row["status"] for row in found.values()} == {"accepted"}
    assert found["b"]["line"] == 4


def test_without_statements_every_theorem_is_reported(files: tuple[Path, Path]) -> None:
    done = qstar("verify", files[0], "--json")
    assert done.returncode == 1
    found = rows(done.stdout)
    assert found["a"]["verdict"]["reason"] == "axiom"
    assert found["b"]["verdict"]["ok"]
    assert found["b"]["line"] == 5


def test_a_candidate_cannot_print_verdicts_of_its_own(tmp_path: Path) -> None:
    file, axiom = tmp_path / "Proofs.lean", "«x\x1b[2K\nProofs.lean:9: b: accepted»"
    file.write_text(f"axiom {axiom} : 1 = 2\ntheorem a : 1 = 2 := {axiom}\n")
    done = qstar("verify", file)
    assert done.returncode == 1
    first, *others = done.stdout.splitlines()
    assert first.startswith(f"{file}:3: a: refused (axiom): ")
    assert "\x1b" not in done.stdout
    assert all(line.startswith("    ") for line in others)


def test_a_file_that_does_not_end_is_undecided(tmp_path: Path) -> None:
    file = tmp_path / "Endless.lean"
    file.write_text(
        "partial def spin (n : Nat) : Nat := spin (n + 1)\n#eval spin 0\ntheorem t : 1 = 1 := rfl\n"
    )
    done = qstar("verify", file, "--timeout", "5", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["status"] == "undecided"


@pytest.mark.parametrize(
    ("proofs", "statements", "said"),
    [
        ("theorem t : 1 = 1 := rfl\n", "theorem t : 1 = := by sorry\n", "Statements.lean:1:16: "),
        ("theorem t : 1 = 1 := rfl\n", "-- nothing\n", "nothing to prove"),
        (
            "theorem t : 1 = 1 := rfl\n",
            "open Nat\ndef n : Nat := := sorry\n",
            "Statements.lean:2:15: ",
        ),
        ("theorem t : 1 = 1 :=\n", None, "Proofs.lean:2:1: "),
        ("-- nothing\n", None, "nothing to check"),
        ("\udcff", None, "Proofs.lean:1: not UTF-8"),
        (None, None, "Proofs.lean: no such file"),
    ],
)
def test_bad_input_is_named_with_its_place(
    proofs: str | None, statements: str | None, said: str, tmp_path: Path
) -> None:
    arguments: list[str | Path] = [tmp_path / "Proofs.lean"]
    if proofs is not None:
        (tmp_path / "Proofs.lean").write_bytes(proofs.encode(errors="surrogateescape"))
    if statements is not None:
        (tmp_path / "Statements.lean").write_text(statements)
        arguments += ["--against", tmp_path / "Statements.lean"]
    done = qstar("verify", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_line_ends_and_marks_do_not_matter(tmp_path: Path) -> None:
    proofs, statements = tmp_path / "Proofs.lean", tmp_path / "Statements.lean"
    proofs.write_bytes("\ufefftheorem a (n : Nat) :\r\n\tn + 0 = n := by\r\n\tsimp\r\n".encode())
    statements.write_bytes(b"theorem a (n : Nat) : n + 0 = n := by\n  sorry\n")
    for pair in ((proofs, statements), (statements, proofs)):
        done = qstar("verify", pair[0], "--against", pair[1])
        assert "isolated" not in done.stdout + done.stderr
    done = qstar("verify", proofs, "--against", statements)
    assert (done.returncode, done.stdout) == (
        0,
        f"{statements}:1: a: accepted\nchecked by Lean 4.28.0 and qstar-kernel 1\n{KNOWN_ERRORS}\n",
    )
    assert qstar("verify", proofs).returncode == 0


def test_definitions_that_are_to_be_filled_in(tmp_path: Path) -> None:
    proofs, statements = tmp_path / "Proofs.lean", tmp_path / "Statements.lean"
    statements.write_text("def n : Nat := sorry\ntheorem a : n + 17 = 34 := by sorry\n")
    proofs.write_text("def n : Nat := 17\ntheorem a : n + 17 = 34 := rfl\n")
    done = qstar("verify", proofs, "--against", statements)
    assert done.stdout.splitlines() == [
        f"{statements}:1: n: accepted (with the file's own value of n)",
        f"{statements}:2: a: accepted (with the file's own value of n)",
        "checked by Lean 4.28.0 and qstar-kernel 1",
        KNOWN_ERRORS,
        "2 of 2 accepted",
    ]
    assert done.returncode == 0
    judged = rows(qstar("verify", proofs, "--against", statements, "--json").stdout)
    assert judged["a"]["verdict"]["definitions"] == ["n"]


def test_lean_s_kernel_alone_is_named(files: tuple[Path, Path]) -> None:
    proofs, statements = files
    done = qstar("verify", proofs, "--against", statements, "--kernels", "lean", "--json")
    judged = rows(done.stdout)["b"]
    assert judged["verdict"]["checkers"] == ["Lean 4.28.0"]
    assert {14577, 14613} <= set(judged["lean"]["advisories"])


def test_an_export_holds_what_is_accepted(files: tuple[Path, Path], tmp_path: Path) -> None:
    proofs, statements = files
    export = tmp_path / "export.ndjson"
    done = qstar("verify", proofs, "--against", statements, "--export", export)
    assert done.returncode == 1  # the first proof rests on an axiom
    assert f"{export}: exported stated.1\n" in done.stderr
    first, *_, last = map(json.loads, export.read_text().splitlines())
    assert first["meta"]["format"] == {"version": "3.1.0"}
    assert list(last) == ["thm"]
    nowhere = qstar("verify", proofs, "--against", statements, "--export", tmp_path / "no" / "file")
    assert nowhere.returncode == 2
    assert f"{tmp_path / 'no' / 'file'}: cannot be written: " in nowhere.stderr
