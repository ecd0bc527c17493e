"""Two runs, theorem by theorem."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.comparison import compare, text
from benchmarks.report.theorems import comparison_page, theorems_section
from lean_env.errors import BadInput
from tests.support.runs import entry, run_of

T = [entry(f"t{i}") for i in range(8)]


def test_won_lost_and_chance(tmp_path: Path) -> None:
    a = run_of(tmp_path / "a", {t: [10 if i < 3 else None] for i, t in enumerate(T)})
    b = run_of(tmp_path / "b", {t: [20 if i > 0 else None] for i, t in enumerate(T)})
    found = compare(a, b)
    assert (found.theorems, found.proved_a, found.proved_b) == (8, 3, 7)
    assert found.won == ["t3", "t4", "t5", "t6", "t7"]
    assert found.lost == ["t0"]
    assert found.p_value == pytest.approx(2 * 7 / 64)
    assert found.difference == 0.5
    assert found.low < 0.5 < found.high
    assert found.calls_ratio == 2
    said = text(found)
    assert "no more than chance may do" in said
    assert "only b (5):\n  t3" in said
    assert "only a (1):\n  t0" in said


def test_equal_numbers_of_lean_calls(tmp_path: Path) -> None:
    a = run_of(tmp_path / "a", {t: [10] for t in T}, lean_calls=50)
    b = run_of(tmp_path / "b", {t: [60] for t in T}, lean_calls=100)
    assert compare(a, b).proved_b == 0
    assert compare(a, b, lean_calls=9).proved_a == 0
    assert "a is better" in text(compare(a, b))
    assert any("lean_calls was 50, now 100" in line for line in compare(a, b).settings)


def test_only_equal_statements_are_compared(tmp_path: Path) -> None:
    a = run_of(tmp_path / "a", {T[0]: [10], entry("x"): [10], T[2]: [None]})
    b = run_of(tmp_path / "b", {T[0]: [10], entry("x", "open Nat\n"): [10], T[3]: [1]})
    found = compare(a, b)
    assert (found.theorems, found.left_out) == (1, 3)
    with pytest.raises(BadInput, match="no theorem in common"):
        compare(a, run_of(tmp_path / "c", {T[7]: [1]}))


def test_what_one_run_has_tried_more_often_is_left_out(tmp_path: Path) -> None:
    """One of them was interrupted."""
    a = run_of(tmp_path / "a", {T[0]: [1, None], T[1]: [1]})
    b = run_of(tmp_path / "b", {T[0]: [None, 1], T[1]: [None, 1]})
    found = compare(a, b)
    assert (found.theorems, found.left_out) == (1, 1)


def test_unequal_passes_are_not_compared(tmp_path: Path) -> None:
    a, b = run_of(tmp_path / "a", {T[0]: [1]}), run_of(tmp_path / "b", {T[0]: [1, None]})
    with pytest.raises(BadInput, match="a has 1 passes and b has 2"):
        compare(a, b)


def test_several_runs_are_one_page_and_nothing_breaks_out_of_it(tmp_path: Path) -> None:
    names = [entry("first"), entry("<b>second</b>")]
    runs = [
        run_of(tmp_path / name, dict(zip(names, [(one,), (None,)], strict=True)))
        for name, one in (("a", 3), ("b", 4), ("c", None))
    ]
    page = comparison_page([compare(runs[0], other) for other in runs[1:]])
    assert "b against a" in page
    assert "c against a" in page
    assert "<b>second" not in page


def test_a_report_names_what_was_not_proved_first(tmp_path: Path) -> None:
    run = run_of(tmp_path / "a", {entry("easy"): (3,), entry("hard"): (None,)})
    table = theorems_section(run).table
    assert table is not None
    assert [(row[0], row[1], row[2]) for row in table.rows] == [
        ("hard", "open", "lean calls"),
        ("easy", "proved", ""),
    ]
