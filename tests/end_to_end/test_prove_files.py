"""`qstar prove` with Lean files: what is shown, what is written, what is left alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lean_env.toolchain.cache import default_cache_dir
from lean_env.wire.client import LaunchFactory
from tests.support.command_line import EASY, KNOWN_ERRORS, qstar, rows


@pytest.fixture(autouse=True, scope="module")
def _set_up(launch: LaunchFactory) -> None:
    """No set-up of Lean while a test looks at what is printed."""
    launch(("Init",))


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
    assert done.stdout.count("theorem t ") == 1, "a proof is shown once, as a change"
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
    assert f"written: {bad}\n" not in done.stdout
    assert f"written: {good}\n" in done.stdout
    assert "sorry" not in good.read_text()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("open Nat\ntheorem t : foo.bar := sorry\n", "f.lean:2:13: "),
        ("theorem t : True := trivial\n\ntheorem t : True := sorry\n", "f.lean:3:9: "),
        ("def f : Nat := 1\n\ntheorem t : f = 1 := by\n  stop\n  rfl\n", "f.lean:3: "),
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


def test_a_file_keeps_its_line_ends_and_its_mark(tmp_path: Path) -> None:
    file = tmp_path / "f.lean"
    text = "\ufeff-- a\r\ntheorem a (n : Nat) : n * 1 = n := by\r\n\tsorry\r\n\r\n-- end\r\n"
    file.write_bytes(text.encode())
    done = qstar("prove", file, "--write")
    assert done.returncode == 0, done.stderr
    written = file.read_bytes().decode()
    assert written.startswith("\ufeff-- a\r\ntheorem a (n : Nat) : n * 1 = n := by\r\n")
    assert written.endswith("\r\n\r\n-- end\r\n")
    assert written.count("\n") == written.count("\r\n")
    assert "sorry" not in written


def test_a_project_whose_lean_is_not_installed(tmp_path: Path) -> None:
    (tmp_path / "lakefile.toml").write_text('name = "p"\n')
    (tmp_path / "lean-toolchain").write_text("leanprover/lean4:v4.9.0\n")
    file = tmp_path / "f.lean"
    file.write_text("import Elsewhere\ntheorem a : 1 = 1 := by sorry\n")
    bare = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}  # no Lake; the cache is given by name
    cache = {"QSTAR_CACHE": str(default_cache_dir())}
    done = qstar("prove", file, **bare, **cache)
    assert done.returncode == 2
    assert f"{tmp_path} wants leanprover/lean4:v4.9.0, and no Lean is installed" in done.stderr
    assert "which may read the files otherwise" in done.stderr
    assert "embedded Lean has no module 'Elsewhere'" in done.stderr
    assert f"{tmp_path} may have it.  Install elan" in done.stderr
    assert f"run `lake build` in {tmp_path}" in done.stderr
    file.write_text("theorem a : 1 = 1 := by sorry\n")
    chosen = qstar("prove", file, "--lean", "embedded", **bare, **cache)
    assert chosen.returncode == 0, chosen.stderr
    assert "wants leanprover/lean4:v4.9.0; embedded Lean is" in chosen.stderr
    assert "installed" not in chosen.stderr


SKETCH = """\
theorem sketch (a b c : Nat) (h : a < b) (k : b < c) : a + 1 < c := by
  have one : a + 1 ≤ b := by sorry
  have two : b < c := by admit
  exact Nat.lt_of_le_of_lt one two

theorem half (a b : Nat) : a + b = b + a ∧ a = b := by
  constructor
  · sorry
  · sorry

def part : { n : Nat // n > 3 } := ⟨5, by sorry⟩

notation "☃" => sorry
"""


def test_every_sorry_of_a_declaration_is_proved_in_its_place(tmp_path: Path) -> None:
    file = tmp_path / "f.lean"
    file.write_text(SKETCH, encoding="utf-8")
    done = qstar("prove", file, "--write", "--max-lean-calls", "40")
    assert done.returncode == 1
    assert "sketch: proved" in done.stdout
    assert "part: proved" in done.stdout
    assert "half: not proved, but 1 of its 2 `sorry`s are" in done.stdout
    assert "left open: the `sorry` in line 9: all allowed tactics were run" in done.stdout
    written = file.read_text(encoding="utf-8")
    assert written.count("sorry") == 2
    assert "  · sorry\n\ndef part" in written
    checked = qstar("verify", file, "--against", file)  # what is left open is `half`
    assert "half: refused (sorry)" in checked.stdout
    again = rows(qstar("prove", file, "--json", "--max-lean-calls", "20").stdout)
    assert set(again) == {"half"}


def test_a_line_or_a_name_selects_what_is_proved(tmp_path: Path) -> None:
    file = tmp_path / "f.lean"
    file.write_text(SKETCH + "\nnamespace N\ntheorem last : 1 = 1 := sorry\nend N\n")
    done = qstar("prove", f"{file}:8", "--write", "--max-lean-calls", "20")
    assert done.returncode == 1
    assert "half: not proved, but 1 of its 2 `sorry`s are" in done.stdout
    assert "left open: the `sorry` in line 9: it was not selected" in done.stdout
    assert file.read_text(encoding="utf-8").count("sorry") == 5
    named = rows(qstar("prove", file, "--only", "last", "--json").stdout)
    assert [row["status"] for row in named.values()] == ["proved"]
    assert set(named) == {"last"} or set(named) == {"N.last"}
    nothing = qstar("prove", f"{file}:12", "--json")
    assert (nothing.returncode, "they begin in these lines: 1, 6, 11, 16") == (
        2,
        nothing.stderr.strip().split("       ")[-1],
    )
    unknown = qstar("prove", file, "--only", "lost")
    assert unknown.returncode == 2
    assert "nothing of this name is to be proved: lost" in unknown.stderr


def test_what_is_written_passes_verify(tmp_path: Path) -> None:
    file, statements = tmp_path / "f.lean", tmp_path / "s.lean"
    text = "example : 1 + 1 = 2 := by sorry\n\nnamespace N\n"
    text += "example (a : Nat) : a = a := sorry\nend N\n"
    file.write_text(text)
    statements.write_text(text)
    assert qstar("prove", file, "--write").returncode == 0
    done = qstar("verify", file, "--against", statements)
    assert (done.returncode, done.stdout.splitlines()) == (
        0,
        [
            f"{statements}:1: example: accepted",
            f"{statements}:4: example: accepted",
            "checked by Lean 4.28.0 and qstar-kernel 1",
            KNOWN_ERRORS,
            "2 of 2 accepted",
        ],
    )
    assert qstar("verify", file).stdout.count("example: accepted") == 2


def test_lean_decides_on_unknown_names_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "f.lean"
    file.write_text("theorem a (x : number) : x = x := by sorry\n")
    done = qstar("prove", file)
    assert done.returncode == 0
    assert "taken for variables, as nothing declares them: number" in done.stdout


EVERY_KIND = """\
theorem branches (xs : List Nat) : xs ++ [] = xs := by
  induction xs with
  | nil => sorry
  | cons x xs ih => sorry

theorem steps (a b c : Nat) (h : a = b) (k : b = c) : a + 0 = c :=
  calc a + 0 = a := by sorry
    _ = b := sorry
    _ = c := by sorry

theorem nested (p q : Prop) (h : p ∨ q) : q ∨ p := by
  cases h with
  | inl hp =>
    have hq : q ∨ p := by
      first
        | sorry
    exact hq
  | inr hq => exact match hq with | h => sorry

def fields (n : Nat) : { m : Nat // n < m ∧ 0 < m } where
  val := n + 1
  property := ⟨by sorry, by sorry⟩

theorem aside (n : Nat) : n + 0 = n := go n
where go (m : Nat) : m + 0 = m := by sorry

def halve (n : Nat) : Nat := if h : n < 2 then 0 else 1 + halve (n / 2)
termination_by n
decreasing_by sorry

def third (xs : List Nat) (h : 2 < xs.length) : Nat := xs[2]'(by sorry)

def mixed (n : Nat) : { m : Nat // n ≤ m } := ⟨sorry, by sorry⟩
"""


def test_holes_of_every_kind_are_filled(tmp_path: Path) -> None:
    file = tmp_path / "f.lean"
    file.write_text(EVERY_KIND, encoding="utf-8")
    done = qstar("prove", file, "--write", "--json", "--max-lean-calls", "60")
    found = rows(done.stdout)
    assert done.returncode == 1, done.stderr
    proved = {name for name, row in found.items() if row["status"] == "proved"}
    assert proved == {"branches", "steps", "nested", "fields", "aside", "halve", "third"}
    data, property_ = found["mixed"]["holes"]
    assert "not a proposition" in data["reason"]
    assert data["line"] == property_["line"] == 33
    written = file.read_text(encoding="utf-8")
    assert written.count("sorry") >= 1
    assert "sorry" not in written[: written.index("def mixed")]
    assert [line for line in written.split("\n") if len(line) > 100] == []
