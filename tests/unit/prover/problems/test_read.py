"""Reading what the user wants proved."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lean_env.errors import BadInput
from lean_env.types import Theorem
from prover.problems.read import (
    EXAMPLE,
    LocatedTheorem,
    SourceFile,
    declared_name,
    read,
    read_jsonl,
)
from prover.problems.source import normalize_source


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("theorem t (a b : Nat) : a + b = b + a", "t"),
        ("lemma Nat.foo' : True := by\n", "Nat.foo'"),
        ("theorem foo{α : Type} : True", "foo"),
        ("theorem foo.{u} : True", "foo"),
        ("theorem «a b».c : True", "«a b».c"),
        ("example : 1 + 1 = 2", "example"),
        ("/-- This theorem says -/ @[simp] protected theorem x : True", "x"),
        ("-- theorem no\nopen Nat in theorem yes : True", "yes"),
        ("a + b = b + a", ""),
        ("theorems : True", ""),
    ],
)
def test_declared_name(statement: str, name: str) -> None:
    assert declared_name(statement) == name


def test_statements_and_files_keep_their_order(tmp_path: Path) -> None:
    lean, rows = tmp_path / "f.lean", tmp_path / "f.jsonl"
    lean.write_text("theorem a : True := sorry\r\n", newline="")
    rows.write_text('{"formal_statement": "theorem b : True", "header": "open Nat", "x": 1}\n')
    found = read(["example : True", str(rows), str(lean)])
    assert found == [
        LocatedTheorem(Theorem(statement="example : True", name="example")),
        LocatedTheorem(
            Theorem(statement="theorem b : True", header="open Nat", name="b"), f"{rows}:1"
        ),
        SourceFile(lean, "theorem a : True := sorry\r\n"),
    ]


def test_examples_are_named_by_their_place(tmp_path: Path) -> None:
    rows = tmp_path / "f.jsonl"
    rows.write_text('{"formal_statement": "example : True"}\n' * 2)
    names = [posed.theorem.name for posed in read_jsonl(rows) if isinstance(posed, LocatedTheorem)]
    assert names == ["f.jsonl:1", "f.jsonl:2"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"formal_statement": ', "not JSON"),
        ('["theorem t : True"]', "not a JSON object but list"),
        (
            '{"name": "t", "statement": "theorem t : True"}',
            "no field `formal_statement` among name",
        ),
        ("{}", "no field `formal_statement`"),
        ('{"formal_statement": 7}', "field `formal_statement` is int"),
        ('{"formal_statement": null}', "field `formal_statement` is null"),
        ('{"formal_statement": "theorem t : True", "header": 1}', "field `header` is int"),
        (
            '{"formal_statement": "abbrev a : Nat := sorry\\n\\ntheorem t : a = 1 := by sorry"}',
            "leaves more than a proof open",
        ),
        ('{"id": "v", "lean_code": "def f := 1"}', "as in VERINA, the row asks for a program"),
        (
            '{"problem_id": 1, "implementation_signature": "def f : Nat"}',
            "as in CLEVER, the row asks for a program",
        ),
        ('{"formal_statement": "1 = 1"}', "declares no theorem"),
    ],
)
def test_bad_rows_are_named_with_their_line(tmp_path: Path, line: str, says: str) -> None:
    good = json.dumps({"formal_statement": "theorem t : True"})
    file = tmp_path / "f.jsonl"
    file.write_text(f"{good}\n{line}\n{good}\n", encoding="utf-8")
    with pytest.raises(BadInput) as caught:
        read_jsonl(file)
    assert caught.value.where == str(file)
    assert caught.value.line == 2
    assert says in caught.value.message


def test_all_bad_rows_are_counted(tmp_path: Path) -> None:
    file = tmp_path / "f.jsonl"
    file.write_text("{}\n\n3\n[]\n")
    with pytest.raises(BadInput, match=r"f\.jsonl:1: no field .*\(also bad: line 3, 4\)"):
        read_jsonl(file)


PUTNAM = """abbrev the_answer : Nat := 4
-- 4
/-- Find the answer. -/
@[simp]
theorem t (n : Nat) (h : n = 2) : n + n = the_answer := by
  sorry
"""


@pytest.mark.parametrize(
    ("row", "header", "statement"),
    [
        (
            {
                "formal_statement": "import Lean\nopen Nat\n\n"
                "/-- d -/\ntheorem t : 1 = 1 := by\n  sorry\n"
            },
            "import Lean\nopen Nat\n\n",
            "/-- d -/\ntheorem t : 1 = 1 := by\n  sorry",
        ),
        (
            {"lean4_statement": PUTNAM},
            "abbrev the_answer : Nat := 4\n-- 4\n",
            PUTNAM[PUTNAM.index("/--") :].rstrip(),
        ),
        (
            {
                "lean4_src_header": "import Lean\r\n\r\nopen Nat",
                "lean4_formalization": "theorem t :\r\n  1 = 1 := sorry",
            },
            "import Lean\n\nopen Nat",
            "theorem t :\n  1 = 1 := sorry",
        ),
        ({"header": None, "formal_statement": "theorem t : 1 = 1"}, "", "theorem t : 1 = 1"),
        (
            {"formal_statement": "namespace A\n\ntheorem t : 1 = 1 := sorry\n\nend A\n"},
            "namespace A\n\n",
            "theorem t : 1 = 1 := sorry",
        ),
        (
            {"formal_statement": "open Nat in\n/-- d -/\ntheorem t : 1 = 1"},
            "",
            "open Nat in\n/-- d -/\ntheorem t : 1 = 1",
        ),
        (
            {"formal_statement": "def a := 1\nopen Nat in\ntheorem t : 1 = 1"},
            "def a := 1\n",
            "open Nat in\ntheorem t : 1 = 1",
        ),
        (
            {
                "header": "open Nat",
                "formal_statement": "import Lean\ndef a := 1\ntheorem t : 1 = 1",
            },
            "import Lean\nopen Nat\n\ndef a := 1\n",
            "theorem t : 1 = 1",
        ),
    ],
)
def test_rows_as_collections_have_them(
    tmp_path: Path, row: dict[str, str | None], header: str, statement: str
) -> None:
    file = tmp_path / "f.jsonl"
    file.write_text(json.dumps(row) + "\n")
    theorem = Theorem(statement=statement, header=header, name="t")
    assert read_jsonl(file) == [LocatedTheorem(theorem, f"{file}:1")]


ROW = '{"formal_statement": "theorem a : True"}'


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (f"\ufeff{ROW}\n", [1]),
        (f"\n{ROW}\r\n  \n{ROW}", [2, 4]),
        (f"[\n {ROW},\n {ROW}]", [1, 2]),
    ],
)
def test_marks_blank_lines_and_arrays(tmp_path: Path, text: str, lines: list[int]) -> None:
    file = tmp_path / "f.jsonl"
    file.write_text(text, encoding="utf-8", newline="")
    theorem = Theorem(statement="theorem a : True", name="a")
    assert read_jsonl(file) == [LocatedTheorem(theorem, f"{file}:{line}") for line in lines]


def test_what_stands_before_a_statement_is_its_header() -> None:
    posed = read(["import Lean\ntheorem t : 1 = 1"])
    theorem = Theorem(statement="theorem t : 1 = 1", header="import Lean\n", name="t")
    assert posed == [LocatedTheorem(theorem)]


def test_unreadable_files(tmp_path: Path) -> None:
    (tmp_path / "folder.lean").mkdir()
    (tmp_path / "latin.lean").write_bytes(b"open Nat\n-- \xe9\n")
    (tmp_path / "empty.jsonl").touch()
    (tmp_path / "notes.txt").touch()
    expected = {
        "folder.lean": "cannot be read",
        "latin.lean": "latin.lean:2: not UTF-8",
        "empty.jsonl": "no statements",
        "notes.txt": "neither a .lean nor a .jsonl file",
        "missing.lean": "missing.lean: no such file",
        "missing.jsonl": "missing.jsonl: no such file",
        "missing.txt": "no such file, and not a statement either",
    }
    for name, says in expected.items():
        with pytest.raises(BadInput, match=says):
            read([str(tmp_path / name)])


def test_a_bare_proposition_is_answered_with_an_example() -> None:
    with pytest.raises(BadInput, match="not a declaration") as caught:
        read(["a + b = b + a"])
    assert EXAMPLE in caught.value.remedy


@given(
    st.lists(
        st.fixed_dictionaries(
            {"formal_statement": st.text().map(lambda s: "theorem t : True -- " + s)},
            optional={"name": st.text(min_size=1), "header": st.text()},
        ),
        min_size=1,
    )
)
def test_written_rows_are_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, str]]
) -> None:
    file = tmp_path_factory.mktemp("rows") / "f.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    for number, (row, target) in enumerate(zip(rows, read_jsonl(file), strict=True), start=1):
        theorem = Theorem(
            statement=normalize_source(row["formal_statement"]),
            header=normalize_source(row.get("header", "")),
            name=row.get("name", "t"),
        )
        assert target == LocatedTheorem(theorem, f"{file}:{number}")
