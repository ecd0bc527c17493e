"""Repositories that lean-dojo traced, read back: what is in them, and what is said of bad ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from lean_dojo import Theorem as TheirTheorem
from lean_dojo import TracedFile, TracedTheorem
from lean_dojo.utils import to_xml_path

from lean_env.compat.traced_repository import TRACE_FOLDER, read_repository, trace_file, traced_root
from lean_env.errors import BadInput
from lean_env.pool import LeanPool
from lean_env.types import Applied
from tests.support.tracing import INDUCTION, LOGIC, PQ, traced_repository

TRACE = TRACE_FOLDER / "Small" / "Logic.trace.xml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return traced_repository(tmp_path / "small")


def test_theorems_are_posed_in_their_files(root: Path) -> None:
    far, logic = read_repository(root)
    assert (far.path, logic.path) == (Path("Far.lean"), Path("Small/Logic.lean"))
    assert [t.name for t in far.theorems + logic.theorems] == [
        "far", "A.both", "A.zero_plus", "A.small",
    ]  # fmt: skip
    assert (far.nested_theorems, logic.nested_theorems) == (0, 1)  # `one`, in a `mutual`
    both, plus, small = (t.theorem for t in logic.theorems)
    assert both.header == LOGIC[: LOGIC.index("/-- Both")]
    assert both.statement.endswith("(hq : q) : p ∧ q := by\n  sorry")
    assert plus.statement == "open Nat in\ntheorem zero_plus (n : Nat) : 0 + n = n := by\n  sorry"
    assert small.statement == "theorem small : ∀ n : Nat, 0 ≤ n := by\n  sorry"
    assert far.theorems[0].theorem.header == "import Mathlib\n\n"


async def test_the_goals_are_those_that_were_traced(root: Path, pool: LeanPool) -> None:
    _, logic = read_repository(root)
    assert [len(found.steps) for found in logic.theorems] == [5, 3, 0]
    for found, goals, tactics in zip(
        logic.theorems,
        (PQ, "n : Nat\n⊢ 0 + n = n", "⊢ ∀ (n : Nat), 0 ≤ n"),
        ("exact ⟨hp, hq⟩", INDUCTION, "exact Nat.zero_le"),
        strict=True,
    ):
        state = await pool.start(found.theorem)
        assert state.text == goals
        assert all(step.before == goals for step in found.steps[:1])
        [[outcome]] = await pool.step([(state, [tactics])])
        assert isinstance(outcome, Applied) and outcome.closed, outcome
        await pool.release([state])


def test_it_is_what_lean_dojo_reads(root: Path) -> None:
    """The same names, places and tactics, from the same files."""
    theirs = TracedFile.from_xml(root.resolve(), (root / TRACE).resolve(), None)
    nodes: list[TracedTheorem] = []

    def collect(node: object, _: object) -> None:
        if type(node).__name__ == "CommandTheoremNode":
            full_name = node.full_name  # type: ignore[attr-defined]
            theorem = TheirTheorem("", theirs.path, full_name)
            nodes.append(TracedTheorem(theirs.root_dir, theorem, node, [], theirs))

    theirs.traverse_preorder(collect)
    *ours, one = nodes
    _, logic = read_repository(root)
    assert one.theorem.full_name == "A.one"
    for mine, other in zip(logic.theorems, ours, strict=True):
        assert mine.name == other.theorem.full_name
        assert {(s.tactic, s.before, s.after) for s in mine.steps} == {
            (t.tactic, t.state_before, t.state_after) for t in other.get_traced_tactics()
        }
        assert (
            mine.theorem.statement.removesuffix(" := by\n  sorry")
            in theirs.lean_file[theirs.lean_file.start_pos : other.locate_proof()[0]]
        )
    assert len(ours[0].get_traced_tactics()) == 5
    assert ours[0].get_traced_tactics()[0].state_before == PQ


def test_the_repository_or_the_folder_that_it_was_traced_into(root: Path, tmp_path: Path) -> None:
    assert traced_root(root) == root
    assert traced_root(tmp_path) == root
    (tmp_path / "more").mkdir()
    assert traced_root(tmp_path) is None
    assert traced_root(root / "Small") is None
    assert traced_root(tmp_path / "nowhere") is None


def encoding(name: str) -> tuple[str, str]:
    """What to replace for another encoding, and by what."""
    return "<TracedFile", f'<?xml version="1.0" encoding="{name}"?>\n<TracedFile'


def test_bad_ones_are_told(root: Path) -> None:
    trace = root / TRACE
    whole = trace.read_text("utf-8")
    for text, says in (
        (whole[: len(whole) // 2], r"Logic\.trace\.xml:\d+:\d+: damaged or cut off: "),
        ("", r"Logic\.trace\.xml:1:1: damaged or cut off: no element found"),
        ("<TracedFile/>", "not a trace as lean-dojo writes it: KeyError.'md5'"),
        (whole.replace('full_name="A.both"', ""), "KeyError.'full_name'"),
        (whole.replace(*encoding("foo")), "not XML in UTF-8: unknown encoding: foo"),
        (whole.replace(*encoding("utf-32")), "not XML in UTF-8: multi-byte encodings"),
        (whole.replace('start="(4, 1)"', 'start="here"'), "`here` is no place"),
    ):
        trace.write_text(text, encoding="utf-8")
        with pytest.raises(BadInput, match=says) as caught:
            list(read_repository(root))
        assert caught.value.where == str(trace)
        assert "`qstar data trace`" in caught.value.remedy


def test_a_trace_without_its_file(root: Path) -> None:
    file = root / "Small" / "Logic.lean"
    file.write_text(LOGIC + "\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"Logic\.lean: changed since it was traced"):
        list(read_repository(root))
    file.unlink()
    with pytest.raises(BadInput, match=r"the file that it traces, .*Logic\.lean, cannot") as caught:
        list(read_repository(root))
    assert caught.value.where == str(root / TRACE)
    assert "needed whole" in caught.value.remedy


def test_a_tracing_that_was_broken_off(tmp_path: Path) -> None:
    (tmp_path / TRACE_FOLDER).mkdir(parents=True)
    (tmp_path / TRACE_FOLDER / "A.ast.json").touch()
    with pytest.raises(BadInput, match=r"not traced to the end: there are \*\.ast\.json") as caught:
        traced_root(tmp_path)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("(4000, 1)", r"no place \(4000, 1\)"),
        ("(0, 1)", r"no place \(0, 1\)"),
        ("(4, 0)", r"no place \(4, 0\)"),
        ("(4, 16)", r"no place \(4, 16\)"),
        ("(5, 61)", "a statement from"),  # where it ends
        ("(6, 1)", "a statement from"),
    ],
)
def test_places_that_are_not_there_are_refused(place: str, says: str, root: Path) -> None:
    """`(4, 1)` is where the first theorem starts, with its comment."""
    trace = root / TRACE
    whole = trace.read_text("utf-8")
    trace.write_text(whole.replace('start="(4, 1)"', f'start="{place}"'), encoding="utf-8")
    with pytest.raises(BadInput, match=says) as caught:
        list(read_repository(root))
    assert (caught.value.where, "`qstar data trace`" in caught.value.remedy) == (str(trace), True)


def test_where_a_trace_is(root: Path) -> None:
    """Where lean-dojo puts it, for the files of its own classes."""
    for path in (Path("Small/Logic.lean"), Path("Far.lean")):
        assert trace_file(root, path) == root / to_xml_path(root.resolve(), path, None)
        assert trace_file(root, path).is_file()
