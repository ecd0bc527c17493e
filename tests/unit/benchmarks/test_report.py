"""From results to figures, Markdown, HTML, and one Lean file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.report import plots
from benchmarks.report.document import Section, Table, html, markdown
from benchmarks.report.proofs import lean_file
from benchmarks.report.sections import sections, title
from benchmarks.report.summary import summarize
from benchmarks.report.write import verify_proofs
from benchmarks.suites.types import Entry
from lean_env.types import Theorem
from lean_env.wire.client import LaunchFactory
from tests.support.runs import entry, run_of
from tests.support.samples import SIGNS


def test_figures(tmp_path: Path) -> None:
    tries = {
        entry("a", group="easy"): [10, 20],
        entry("b", group="easy"): [None, 30],
        entry("c", group="hard", note="wrong"): [None, None],
        entry("d", group="hard"): [None, None],
    }
    run = run_of(
        tmp_path / "run",
        tries,
        alone={"a": {"rfl": True, "omega": True}, "b": {"rfl": False, "omega": False}},
        full={"": 8},
    )
    found = summarize(run)
    assert (found.theorems, found.whole, found.tried, found.proved) == (4, 8, 4, ["a", "b"])
    assert [p.k for p in found.pass_at] == [1, 2]
    assert [p.of_tried.value for p in found.pass_at] == [0.375, 0.5]
    assert [p.of_whole.value for p in found.pass_at] == [0.1875, 0.25]
    assert [(g.name, g.proved, g.tried) for g in found.groups] == [("easy", 2, 2), ("hard", 0, 2)]
    assert found.by_calls.steps == [(10, 0.125), (20, 0.25), (30, 0.375)]
    assert {w.limit: w.theorems for w in found.by_calls.at} == {
        1: 0, 10: 0.5, 25: 1.0, 50: 1.5, 100: 1.5,
    }  # fmt: skip
    assert found.by_seconds.at[-1].limit == 10  # no attempt took longer
    assert (found.time.total, found.time.lean, found.time.search) == (56, 28, 28)
    assert (found.lengths.count, found.lengths.median) == (3, 1)
    assert found.ends == {"lean_calls": 5}
    assert found.baseline
    assert [(a.tactic, a.proved) for a in found.baseline.tactics] == [("rfl", 1), ("omega", 1)]
    assert (found.baseline.union.proved, found.baseline.beyond) == (1, ["b"])
    assert (found.doubtful, found.missing) == ([], [])


def test_a_report_says_the_figures(tmp_path: Path) -> None:
    run = run_of(tmp_path / "run", {entry("a"): [10], entry("b"): [None]}, full={"": 4})
    summary = summarize(run)
    found = list(sections(summary, [1], "The gate says yes."))
    said = markdown(title(summary), found)
    assert said.startswith("# suite: 1 of 2 proved\n")
    assert "**1 of 2 proved: 50.0% [" in said
    assert "Over all 4 statements of the split: 25.0% [" in said
    assert "The gate says yes." in said
    assert "| 25 Lean calls | 1 | 50.0% |" in said
    page = html(title(summary), found)
    assert page.count('src="data:image/png;base64,') == 2
    assert "http" not in page.replace("http-equiv", "")  # it needs nothing else


def test_what_is_not_in_the_figures_is_counted_once(tmp_path: Path) -> None:
    run = run_of(tmp_path / "run", {entry("a"): [10]}, full={"": 9})
    cut = replace(run, suite=replace(run.suite, left_out={"beyond --limit": 5}))
    said = markdown("t", list(sections(summarize(cut), [1], "")))
    assert "| Left out of the suite: beyond --limit | 5 |" in said
    assert "| In the split, but not in this suite | 3 |" in said
    assert "Tactics in a proof: median 1, most 1," in said


def test_a_plot_of_many_groups_stays_small(tmp_path: Path) -> None:
    few, many = (
        summarize(run_of(tmp_path / str(n), {entry(f"t{i}", group=f"g{i}"): [1] for i in range(n)}))
        for n in (plots.MOST_GROUPS, 60)
    )
    assert height(plots.groups(many)) == height(plots.groups(few))


def height(png: bytes) -> int:
    """Of an image, in pixels."""
    return int.from_bytes(png[20:24])


def test_text_is_no_markup() -> None:
    table = Table(head=("x<y", "a|b"), rows=[("`<b>`", "1")])
    found = [Section(title="<i>", text=("2 < 3 and **bold**",), table=table, code="<pre>")]
    page = html("<t>", found)
    for text in ("<title>&lt;t&gt;", "<h2>&lt;i&gt;", "2 &lt; 3 and <b>bold</b>", "&lt;pre&gt;"):
        assert text in page
    assert "<code>&lt;b&gt;</code>" in page
    assert "| x<y | a\\|b |" in markdown("t", found)


# All proofs in one file


def lean_of(folder: Path, rows: list[tuple[str, str, str]]) -> str:
    """`rows`: id, header, and what stands between the name and `:= by rfl`."""
    tries = {
        Entry(
            id=id,
            theorem=Theorem(
                name=id, header=header, statement=f"theorem {id.split()[0]} {statement}"
            ),
        ): [1]
        for id, header, statement in rows
    }
    return lean_file(run_of(folder, tries))


async def test_one_header_stands_once(tmp_path: Path, launch: LaunchFactory) -> None:
    rows = [("a", SIGNS, "(n : ℕ) : n + 0 = n"), ("b", SIGNS, "(z : ℤ) : z = z")]
    proofs = lean_of(tmp_path / "run", rows)
    assert proofs.count("notation") == 2
    assert "namespace" not in proofs
    assert (
        await verify_proofs(proofs, launch)
        == "`qstar verify proofs.lean` accepts 2 of its 2 theorems."
    )


async def test_headers_and_names_that_would_meet(tmp_path: Path, launch: LaunchFactory) -> None:
    other = SIGNS + "def Nat.Twin (p : ℕ) : ℕ := p + 2\nopen Nat\n"
    rows = [
        ("a", SIGNS, "(n : ℕ) : n + 0 = n"),
        ("a (2)", other, "(n : ℕ) : Nat.Twin n = n + 2"),
        ("a (3)", "import Std.Data.HashMap\n", ": 1 = 1"),
        ("a (4)", SIGNS, ": (1 : ℤ) = 1"),
    ]
    proofs = lean_of(tmp_path / "run", rows)
    assert proofs.startswith("import Std.Data.HashMap\n")
    assert proofs.count("namespace Proofs") == 4
    assert "accepts 4 of its 4 theorems" in await verify_proofs(proofs, launch)


async def test_a_lean_file_gets_its_proofs(tmp_path: Path, launch: LaunchFactory) -> None:
    first = Theorem(name="a", header="def two := 2\n", statement="theorem a : two = 2 := sorry")
    header = f"{first.header}{first.statement}\n\n"
    second = Theorem(name="b", header=header, statement="theorem b : two + 0 = 2 := sorry")
    tries = {Entry(id="a", theorem=first): [1], Entry(id="b", theorem=second): [1]}
    run = run_of(tmp_path / "run", tries)
    proofs = {"a": "theorem a : two = 2 := by rfl", "b": "theorem b : two + 0 = 2 := by rfl"}
    attempts = tuple(replace(a, proof=proofs[a.entry]) for a in run.attempts)
    text = lean_file(replace(run, attempts=attempts))
    assert text == f"def two := 2\n{proofs['a']}\n\n{proofs['b']}\n"
    assert "accepts 2 of its 2" in await verify_proofs(text, launch)


async def test_what_does_not_compile_is_said(launch: LaunchFactory) -> None:
    said = await verify_proofs("theorem a : 1 = 2 := rfl\n", launch)
    assert said.startswith("`proofs.lean` does not compile by itself: ")
    assert "accepts 0 of its 1 theorems; not a." in await verify_proofs(
        "theorem a : 1 = 2 := sorry\n", launch
    )


@pytest.mark.parametrize("calls", [None, 0])
def test_a_run_without_proofs(tmp_path: Path, calls: int | None) -> None:
    run = run_of(tmp_path / "run", {entry("a"): [None]}, lean_calls=calls)
    assert lean_file(run) == ""
    assert title(summarize(run)) == "suite: 0 of 1 proved"
