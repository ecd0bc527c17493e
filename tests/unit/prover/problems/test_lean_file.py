"""Proofs put into a source file."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lean_env.errors import BadInput
from lean_env.wire.protocol import SorryRecord
from prover.problems.lean_file import LeanFile

TEXT = "open Nat\n\ntheorem α₁ : True := by\n  sorry\n\nexample : 1 = 1 := sorry\n-- end\n"


def records(text: str, *declarations: str) -> list[SorryRecord]:
    found = []
    for declaration in declarations:
        start = text.index(declaration)
        line = text.count("\n", 0, start) + 1
        found.append(SorryRecord(start, start + len(declaration), line, declaration, 1))
    return found


@pytest.fixture
def file(tmp_path: Path) -> LeanFile:
    path = tmp_path / "f.lean"
    path.write_text(TEXT, encoding="utf-8")
    return LeanFile(path, TEXT)


def test_later_theorems_see_earlier_proofs(file: LeanFile) -> None:
    first, second = records(TEXT, "theorem α₁ : True := by\n  sorry", "example : 1 = 1 := sorry")
    theorem = file.theorem(first)
    assert (theorem.name, theorem.header) == ("α₁", "open Nat\n\n")
    assert theorem.statement == "theorem α₁ : True := by\n  sorry"
    file.put(first, "theorem α₁ : True := by\n  trivial -- longer")
    assert (
        file.theorem(second).header
        == "open Nat\n\ntheorem α₁ : True := by\n  trivial -- longer\n\n"
    )
    assert file.theorem(second).statement == "example : 1 = 1 := sorry"
    assert file.theorem(second).name == "f.lean:6"


def test_diff_shows_what_was_put_in_and_nothing_else(file: LeanFile) -> None:
    assert file.diff() == ""
    file.put(records(TEXT, "example : 1 = 1 := sorry")[0], "example : 1 = 1 := rfl")
    changed = [x for x in file.diff().splitlines() if x[:1] in "+-" and x[:3] not in ("+++", "---")]
    assert changed == ["-example : 1 = 1 := sorry", "+example : 1 = 1 := rfl"]


def test_write_keeps_mode_and_leaves_nothing_else(file: LeanFile) -> None:
    os.chmod(file.path, 0o640)
    file.put(records(TEXT, "example : 1 = 1 := sorry")[0], "example : 1 = 1 := rfl")
    file.write()
    assert file.path.read_text(encoding="utf-8") == TEXT.replace(":= sorry", ":= rfl")
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o640
    assert os.listdir(file.path.parent) == ["f.lean"]


def test_write_follows_a_link(file: LeanFile) -> None:
    link = file.path.with_name("link.lean")
    link.symlink_to(file.path)
    LeanFile(link, TEXT).write()
    assert link.is_symlink()


def test_a_file_that_changed_meanwhile_is_left_alone(file: LeanFile) -> None:
    file.path.write_text("-- mine\n")
    with pytest.raises(BadInput, match="changed while"):
        file.write()
    assert file.path.read_text() == "-- mine\n"
    assert os.listdir(file.path.parent) == ["f.lean"]


PLAIN = st.text(st.characters(exclude_characters="\t\r\ufeff"))


@given(
    st.lists(st.tuples(PLAIN, PLAIN.filter(bool), st.none() | PLAIN)),
    PLAIN,
)
def test_replacing_in_order_is_replacing_at_once(
    pieces: list[tuple[str, str, str | None]], end: str
) -> None:
    text, found, expected = "", [], ""
    for before, declaration, proof in pieces:
        start = len(text) + len(before)
        found.append(SorryRecord(start, start + len(declaration), 1, declaration, 1))
        text += before + declaration
        expected += before + (declaration if proof is None else proof)
    file = LeanFile(Path("f.lean"), text + end)
    for record, (_, declaration, proof) in zip(found, pieces, strict=True):
        assert file.theorem(record).statement == declaration
        if proof is not None:
            file.put(record, proof)
    assert file.text == file.written == expected + end


def test_a_declaration_can_be_replaced_step_by_step(file: LeanFile) -> None:
    first, second = records(TEXT, "theorem α₁ : True := by\n  sorry", "example : 1 = 1 := sorry")
    file.put(second, "example : 1 = 1 := rfl")
    file.put(first, "theorem α₁ : True := by\n  first\n  | sorry")
    assert file.theorem(first).statement.endswith("| sorry")
    file.put(first, "theorem α₁ : True := by\n  trivial")
    expected = TEXT.replace("by\n  sorry", "by\n  trivial").replace(":= sorry", ":= rfl")
    assert file.text == file.written == expected


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_file_keeps_its_own_line_ends_tabs_and_mark(
    tmp_path: Path, newline: str, mark: str
) -> None:
    text = mark + 'open Nat\n\ndef tab := "\t"\n\ntheorem a : True := by\n\tsorry\n\n\t-- end\t\n'
    text = text.replace("\n", newline)
    path = tmp_path / "f.lean"
    path.write_bytes(text.encode())
    file = LeanFile(path, text)
    assert "\r" not in file.text
    assert "\ufeff" not in file.text
    assert '"\t"' in file.text
    [record] = records(file.text, "theorem a : True := by\n sorry")
    file.put(record, "theorem a : True := by\n skip\n trivial")
    changed = [line for line in file.diff().split("\n") if line[:1] in ("-", "+")]
    assert changed[2:] == ["-\tsorry", "+\tskip", "+\ttrivial"]
    file.write()
    new = f"{newline}\tskip{newline}\ttrivial"
    assert path.read_bytes().decode() == text.replace(f"{newline}\tsorry", new)


def test_lines_of_both_kinds_stay_as_they_are(tmp_path: Path) -> None:
    text = "-- a\r\n-- b\ntheorem a : True := sorry\r\ntheorem b : True := sorry\n-- c\r\n"
    file = LeanFile(tmp_path / "f.lean", text)
    for record in records(file.text, "theorem a : True := sorry", "theorem b : True := sorry"):
        file.put(record, record.text.replace("sorry", "trivial"))
    assert file.written == text.replace("sorry", "trivial")
