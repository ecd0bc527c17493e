"""Reading what the user wants proved."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lean_env.errors import BadInput
from lean_env.types import Theorem
from prover.problems.read import EXAMPLE, Posed, SourceFile, declared_name, read, read_jsonl


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
        Posed(Theorem(statement="example : True", name="example")),
        Posed(Theorem(statement="theorem b : True", header="open Nat", name="b"), f"{rows}:1"),
        SourceFile(lean, "theorem a : True := sorry\r\n"),
    ]


def test_examples_are_named_by_their_place(tmp_path: Path) -> None:
    rows = tmp_path / "f.jsonl"
    rows.write_text('{"formal_statement": "example : True"}\n' * 2)
    names = [posed.theorem.name for posed in read_jsonl(rows) if isinstance(posed, Posed)]
    assert names == ["f.jsonl:1", "f.jsonl:2"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("", "an empty line"),
        ("   ", "an empty line"),
        ('{"formal_statement": ', "not JSON"),
        ('["theorem t : True"]', "not a JSON object but list"),
        (
            '{"name": "t", "statement": "theorem t : True"}',
            "no field `formal_statement` among name",
        ),
        ("{}", "no field `formal_statement`"),
        ('{"formal_statement": 7}', "field `formal_statement` is int"),
        ('{"formal_statement": "theorem t : True", "header": null}', "field `header` is NoneType"),
        ('{"formal_statement": "1 = 1"}', "declares no theorem"),
        ("\ufeff{}", "not JSON"),
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
    file.write_text("{}\n\n3\n")
    with pytest.raises(BadInput, match=r"f\.jsonl:1: no field .*\(also bad: line 2, 3\)"):
        read_jsonl(file)


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
            statement=row["formal_statement"],
            header=row.get("header", ""),
            name=row.get("name", "t"),
        )
        assert target == Posed(theorem, f"{file}:{number}")
