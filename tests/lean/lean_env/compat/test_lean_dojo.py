"""Code written for lean-dojo, on embedded Lean."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import lean_dojo
import psutil
import pytest
from lean_dojo import (
    CommandState,
    DojoInitError,
    DojoTacticTimeoutError,
    LeanError,
    ProofFinished,
    ProofGivenUp,
    TacticState,
)

from lean_env.compat import lean_dojo as ours
from lean_env.compat.lean_dojo import Dojo
from lean_env.compat.lean_dojo_entries import SourceLine
from lean_env.types import Theorem
from lean_env.wire.client import LaunchFactory
from tests.support.hard import ENDLESS, HARD
from tests.support.tracing import PQ, traced_repository

FILE = "namespace A\ndef two := 2\n#eval two\ndef three := nonsense\nend A\n"
AND = Theorem(statement="theorem t (p q : Prop) (hp : p) (hq : q) : q ∧ p")


@pytest.fixture(scope="module")
def opened(launch: LaunchFactory) -> Iterator[tuple[Dojo, TacticState]]:
    with Dojo(AND, timeout=60, launch=launch) as (dojo, state):
        yield dojo, state


def in_library(path: str, name: str) -> lean_dojo.Theorem:
    return lean_dojo.Theorem("https://github.com/leanprover/lean4", path, name)


def test_types_are_lean_dojos_own() -> None:
    assert ours.TacticState is lean_dojo.TacticState
    assert ours.DojoTacticTimeoutError is lean_dojo.DojoTacticTimeoutError


def test_a_proof_by_tactics(opened: tuple[Dojo, TacticState]) -> None:
    dojo, state = opened
    assert isinstance(state, TacticState)
    assert state.pp == "p q : Prop\nhp : p\nhq : q\n⊢ q ∧ p"
    split = dojo.run_tac(state, "constructor")
    assert isinstance(split, TacticState)
    assert (split.num_goals, split.goals[1].conclusion) == (2, "p")
    assert [d.ident for d in split.goals[0].assumptions] == ["p", "q", "hp", "hq"]
    rest = dojo.run_tac(split, "exact hq")
    assert isinstance(rest, TacticState)
    assert rest.num_goals == 1
    assert isinstance(dojo.run_tac(rest, "exact hp"), ProofFinished)
    assert isinstance(dojo.run_tac(split, "all_goals assumption"), ProofFinished)
    assert dojo.is_successful


def test_failures_are_results(opened: tuple[Dojo, TacticState]) -> None:
    dojo, state = opened
    error = dojo.run_tac(state, "exact foo")
    assert isinstance(error, LeanError)
    assert "foo" in error.error
    assert isinstance(dojo.run_tac(state, "sorry"), ProofGivenUp)
    finished = dojo.run_tac(state, "exact ⟨hq, hp⟩")
    with pytest.raises(RuntimeError, match="invalid state"):
        dojo.run_tac(finished, "rfl")


def test_a_timeout_leaves_the_rest_usable(launch: LaunchFactory) -> None:
    with Dojo(HARD, timeout=1, launch=launch) as (dojo, state):
        with pytest.raises(DojoTacticTimeoutError):
            dojo.run_tac(state, ENDLESS)
        assert dojo.has_timedout
        assert dojo.run_tac(state, "skip") == state


def test_a_theorem_of_the_library(launch: LaunchFactory) -> None:
    theorem = in_library("src/Init/Data/List/Lemmas.lean", "List.map_map")
    with Dojo(theorem, timeout=60, launch=launch) as (dojo, state):
        assert state.pp.endswith("map g (map f l) = map (g ∘ f) l")
        assert isinstance(dojo.run_tac(state, "exact List.map_map"), LeanError)
        assert isinstance(
            dojo.run_tac(state, "intros; rename_i l; induction l <;> simp_all"), ProofFinished
        )


def test_a_theorem_of_a_file(launch: LaunchFactory, tmp_path: Path) -> None:
    text = "def two := 2\nnamespace A\ntheorem t : two = 2 := by\n  sorry\nend A\n"
    (tmp_path / "F.lean").write_text(text)
    with Dojo(lean_dojo.Theorem(str(tmp_path), "F.lean", "A.t"), launch=launch) as (dojo, state):
        assert isinstance(dojo.run_tac(state, "rfl"), ProofFinished)
    with (
        pytest.raises(DojoInitError, match=r"no theorem `A\.u`"),
        Dojo(lean_dojo.Theorem(str(tmp_path), "F.lean", "A.u"), launch=launch),
    ):
        pass


SEVERAL = """namespace B
theorem both : 1 = 1 := by sorry
end B
namespace A
/-- This theorem is nice. -/
theorem both : 2 = 2 := by
  sorry
theorem done : 3 = 3 := rfl
theorem near : 4 = 4 := rfl theorem by_it : 5 = 5 := by sorry
end A
theorem _root_.top : 6 = 6 := by sorry
"""


def test_the_theorem_of_that_name_and_no_other(launch: LaunchFactory, tmp_path: Path) -> None:
    (tmp_path / "F.lean").write_text(SEVERAL)
    for name, goal in (("A.both", "2 = 2"), ("B.both", "1 = 1"), ("top", "6 = 6")):
        with Dojo(lean_dojo.Theorem(str(tmp_path), "F.lean", name), launch=launch) as (_, state):
            assert state.pp == f"⊢ {goal}"
    for name, says in (
        ("both", "no theorem `both`"),
        ("A.is", r"no theorem `A\.is`"),
        ("A.done", r"no theorem `A\.done` with a `sorry`"),
        ("A.near", r"F\.lean:9: `A\.near` shares its lines with `A\.by_it`"),
        ("A.by_it", r"`A\.by_it` shares its lines with `A\.near`"),
    ):
        refused(lean_dojo.Theorem(str(tmp_path), "F.lean", name), says, launch)


def test_a_file_with_errors(launch: LaunchFactory, tmp_path: Path) -> None:
    (tmp_path / "F.lean").write_text("theorem t : 1 = 1 := by sorry\n#check nonsense\n")
    refused(lean_dojo.Theorem(str(tmp_path), "F.lean", "t"), r"F\.lean:2:8: .*nonsense", launch)


def test_a_path_leads_to_a_file_of_the_repository(launch: LaunchFactory, tmp_path: Path) -> None:
    """Else not even a name that Lean's own library has is posed."""
    (tmp_path / "other").mkdir()
    for outside in (tmp_path / "F.lean", tmp_path / "other" / "G.lean"):
        outside.write_text("theorem Nat.mine : 1 = 1 := by sorry\n")
    for path, says in (
        ("Typo.lean", r"Typo\.lean: no such file in this repository"),
        (str(tmp_path / "F.lean"), "leads out of the repository"),
        ("../F.lean", "leads out of the repository"),
    ):
        for name in ("Nat.add_comm", "Nat.mine"):
            refused(lean_dojo.Theorem(str(tmp_path / "other"), path, name), says, launch)
        if "Typo" not in path:
            refused((str(tmp_path / "other"), path, 1), says, launch)
    nowhere = lean_dojo.Theorem(str(tmp_path / "nowhere"), "F.lean", "Nat.add_comm")
    refused(nowhere, "nowhere: neither a URL nor a folder", launch)
    refused(("https://example.org/a", "F.lean", 1), "clone it", launch)


def refused(entry: lean_dojo.Theorem | SourceLine, says: str, launch: LaunchFactory) -> None:
    with pytest.raises(DojoInitError, match=says), Dojo(entry, launch=launch):
        pass


def test_nothing_is_left_of_what_was_not_entered(launch: LaunchFactory) -> None:
    """Whatever was raised, before Lean runs or when it does."""
    entries: tuple[Any, ...] = (42, Theorem(statement=b"theorem t : True"))  # type: ignore[arg-type]
    for entry in entries:
        before = running()
        with pytest.raises((AttributeError, TypeError)), Dojo(entry, launch=launch):
            pass
        assert running() == before


def running() -> tuple[list[str], set[psutil.Process]]:
    """Threads of `Dojo`, and processes."""
    names = [thread.name for thread in threading.enumerate()]
    return [name for name in names if name == "dojo"], set(psutil.Process().children())


def test_what_is_not_there_cannot_be_posed(launch: LaunchFactory) -> None:
    theorem = in_library("Mathlib/Order/Basic.lean", "le_antisymm_foo")
    with pytest.raises(DojoInitError, match="le_antisymm_foo"), Dojo(theorem, launch=launch):
        pass


def test_a_traced_theorem(launch: LaunchFactory, tmp_path: Path) -> None:
    """Its trace says where its proof begins.

    The folder that it was traced into will do for the repository.
    """
    root = str(traced_repository(tmp_path / "out" / "small"))
    for folder in (root, str(tmp_path / "out")):
        theorem = lean_dojo.Theorem(folder, "Small/Logic.lean", "A.both")
        with Dojo(theorem, launch=launch) as (dojo, state):
            assert state.pp == PQ
            assert isinstance(dojo.run_tac(state, "exact ⟨hp, hq⟩"), ProofFinished)
    with Dojo((str(tmp_path / "out"), "Small/Logic.lean", 3), launch=launch) as (dojo, start):
        assert isinstance(dojo.run_cmd(start, "end A"), CommandState)
    for path, name, says in (
        ("Small/Logic.lean", "A.neither", "no theorem `A.neither`"),
        ("Far.lean", "far", "Mathlib"),
    ):
        with (
            pytest.raises(DojoInitError, match=says),
            Dojo(lean_dojo.Theorem(root, path, name), launch=launch),
        ):
            pass


def test_commands(launch: LaunchFactory, tmp_path: Path) -> None:
    (tmp_path / "F.lean").write_text(FILE)
    with Dojo((str(tmp_path), Path("F.lean"), 4), launch=launch) as (dojo, start):
        assert (dojo.uses_commands, dojo.uses_tactics) == (True, False)
        assert isinstance(start, CommandState)
        four = dojo.run_cmd(start, "def four := two + two\n#eval four")
        assert isinstance(four, CommandState)
        assert four.message == "4"
        assert dojo.run_cmd(four, "theorem t : A.four = 4 := rfl").message == ""
        error = dojo.run_cmd(start, "#eval 1\n#eval four")  # states are as they were
        assert isinstance(error, LeanError)
        assert "four" in error.error and "1" not in error.error.splitlines()
        assert isinstance(dojo.run_cmd(four, "end A\n#check A.four"), CommandState)
        for state in (CommandState(99), TacticState("⊢ True", 0)):
            with pytest.raises(RuntimeError, match="invalid state"):
                dojo.run_cmd(state, "#eval 1")


def test_what_commands_cannot_come_after(launch: LaunchFactory, tmp_path: Path) -> None:
    (tmp_path / "F.lean").write_text(FILE)
    for path, line, says in (
        ("F.lean", 5, r"F\.lean:4: .*nonsense"),
        ("G.lean", 1, r"G\.lean: cannot be read"),
        ("F.lean", 0, r"F\.lean: it has no line 0"),
        ("F.lean", -1, r"it has no line -1"),
        ("F.lean", 7, r"it has no line 7\. .* 6 is below all"),
    ):
        refused((str(tmp_path), path, line), says, launch)
    (tmp_path / "F.lean").write_text("def two := 2")
    with Dojo((str(tmp_path), "F.lean", 2), launch=launch) as (dojo, start):
        assert dojo.run_cmd(start, "#eval two").message == "2"


def test_a_command_that_takes_too_long(launch: LaunchFactory, tmp_path: Path) -> None:
    (tmp_path / "F.lean").write_text(FILE)
    with Dojo((str(tmp_path), "F.lean", 1), timeout=2, launch=launch) as (dojo, start):
        with pytest.raises(DojoTacticTimeoutError, match="timed out after 2 s"):
            dojo.run_cmd(start, f"{HARD.statement} := by {ENDLESS}")
        assert dojo.has_timedout
        assert dojo.run_cmd(start, "#eval 1").message == "1"
