"""miniF2F in its forms: recognised, read, checked row by row."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.suites.catalog import find_suite, read_statements
from benchmarks.suites.types import Suite
from lean_env.errors import BadInput
from lean_env.types import Theorem
from lean_env.wire.client import LaunchFactory
from tests.support.samples import MATHLIB, SIGNS, core, deepseek, goedel, write_rows
from tests.support.shared import SHARED

DATA = SHARED / "data"
NAME = "mathd_algebra_1"


def test_deepseek_rows(tmp_path: Path) -> None:
    rows = [deepseek(NAME, ": 1 + 1 = 2"), deepseek("imo_1959_p1", ": True", "test")]
    suite = read_statements(write_rows(tmp_path / "m.jsonl", rows))
    assert suite.name == "minif2f"
    assert suite.variant == "miniF2F, variant unknown, m.jsonl in the form of DeepSeek-Prover"
    first, second = suite.entries
    statement = f"theorem {NAME} : 1 + 1 = 2 := by\n"
    assert first.theorem == Theorem(name=NAME, header=MATHLIB, statement=statement)
    assert (first.id, first.split, first.group) == (NAME, "valid", "MATH, algebra")
    assert first.needs == ("Mathlib", "Aesop")
    assert (second.split, second.group) == ("test", "IMO")
    assert suite.whole == 488


def test_goedel_rows_have_their_header_inside(tmp_path: Path) -> None:
    suite = read_statements(write_rows(tmp_path / "m.jsonl", [goedel(NAME, ": 1 + 1 = 2")]))
    assert suite.variant.endswith("in the form of Goedel-Prover-V2")
    (entry,) = suite.entries
    assert entry.theorem.header == MATHLIB
    said = "/-- A theorem\nin words. -/\n"
    assert entry.theorem.statement == f"{said}theorem {NAME} : 1 + 1 = 2 := by\n"
    assert entry.needs == ("Mathlib", "Aesop")


def test_core_rows_need_nothing(tmp_path: Path) -> None:
    rows = [core(NAME, "(n : ℕ) : n = n"), core("aime_1994_p3", ": True")]
    suite = read_statements(write_rows(tmp_path / "m.jsonl", rows))
    assert (suite.name, suite.whole) == ("minif2f-core", 244)
    assert [e.needs for e in suite.entries] == [(), ()]
    assert [bool(e.note) for e in suite.entries] == [False, True]
    assert suite.entries[0].theorem.header == SIGNS


def test_other_statements_in_the_same_form_are_not_called_minif2f(tmp_path: Path) -> None:
    rows = [deepseek("exercise_1_1", ": True")]
    suite = read_statements(write_rows(tmp_path / "proofs.jsonl", rows))
    assert (suite.name, suite.variant, suite.full) == ("proofs", "proofs.jsonl", {})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"split": 3}, "field `split` is int, not a string"),
        ({"header": 5}, "field `header` is int"),
        ({"formal_statement": "1 = 1"}, "`formal_statement` declares no theorem"),
        ({"formal_statement": ["theorem t : True"]}, "field `formal_statement` is list"),
    ],
)
def test_a_bad_field_is_named_with_its_line(
    tmp_path: Path, change: dict[str, object], says: str
) -> None:
    good = deepseek(NAME, ": True")
    file = write_rows(tmp_path / "m.jsonl", [good, good | change])
    with pytest.raises(BadInput, match=says) as caught:
        read_statements(file)
    assert (caught.value.where, caught.value.line) == (str(file), 2)


def test_a_missing_field_is_named_with_its_line(tmp_path: Path) -> None:
    rows = [goedel(NAME, ": True"), goedel("imo_1959_p1", ": True")]
    del rows[1]["split"]
    with pytest.raises(BadInput, match=r"m\.jsonl:2: no field `split`"):
        read_statements(write_rows(tmp_path / "m.jsonl", rows))


def test_two_statements_of_one_name(tmp_path: Path) -> None:
    rows = [deepseek(NAME, ": True"), deepseek(NAME, ": 1 = 1")]
    with pytest.raises(BadInput, match=f"two statements are called `{NAME}`"):
        read_statements(write_rows(tmp_path / "m.jsonl", rows))


async def test_core_is_not_made_from_other_statements(
    tmp_path: Path, launch: LaunchFactory
) -> None:
    file = write_rows(tmp_path / "m.jsonl", [deepseek(NAME, ": True")])
    with pytest.raises(BadInput, match="minif2f-core cannot be made from this"):
        await find_suite(f"minif2f-core:{file}", launch)


def test_one_file_a_theorem(tmp_path: Path) -> None:
    for split, name in (("Test", "imo_1959_p1"), ("Valid", NAME)):
        folder = tmp_path / "MiniF2F" / split
        folder.mkdir(parents=True)
        (folder / f"{name}.lean").write_text(f"{MATHLIB}theorem {name} : True := by sorry\n")
    (tmp_path / "MiniF2F.lean").write_text("import MiniF2F.Valid\n")
    from benchmarks.suites.files import read_folder

    suite = read_folder(tmp_path)
    assert suite.variant.startswith("miniF2F, variant one file a theorem")
    assert [(e.id, e.split) for e in suite.entries] == [("imo_1959_p1", "test"), (NAME, "valid")]
    assert suite.entries[1].theorem.header == MATHLIB
    assert suite.entries[1].theorem.statement == f"theorem {NAME} : True := by sorry"
    assert suite.left_out == {"files without a theorem to prove": 1}


# The published files, where they are at hand


def shared(name: str) -> Suite:
    file = DATA / name
    if not file.exists():
        pytest.skip("shared/data is not here: it is no part of the project")
    return read_statements(file)


@pytest.mark.parametrize(
    ("file", "variant", "rows"),
    [
        ("minif2f_deepseek_v1.5.jsonl", "DeepSeek-Prover-V1.5 (commit 2c4ba91", 488),
        ("minif2f_goedel_v2.jsonl", "Goedel-Prover-V2", 244),
        ("minif2f_core.jsonl", "core translation of DeepSeek-Prover-V1.5", 153),
    ],
)
def test_published_files_are_recognised(file: str, variant: str, rows: int) -> None:
    suite = shared(file)
    assert suite.variant.startswith(f"miniF2F, variant {variant}")
    assert len(suite.entries) == rows


async def test_core_has_the_published_statements(launch: LaunchFactory) -> None:
    published = shared("minif2f_core.jsonl")
    ours = await find_suite(f"minif2f-core:{DATA / 'minif2f_deepseek_v1.5.jsonl'}", launch)
    statements = [{e.id: e.theorem.statement for e in suite.entries} for suite in (published, ours)]
    assert statements[0] == statements[1]
    assert ours.whole == 488
    assert json.dumps(ours.full) == json.dumps(published.full)
