"""Tactics that name lemmas of Lean's library: found by symbols, within reach, and known to Lean."""

from __future__ import annotations

from random import Random

import pytest

from lean_env import LeanPool
from lean_env.types import Applied, Goal, Hypothesis, ProofState, Theorem
from prover.config import Settings
from prover.policy.late import Late
from prover.policy.lemmas import FILE, Lemmas, Library, library
from prover.policy.mixture import Mixture
from prover.types import Policy

SMALL = Library(
    [
        ("Init.Core", [("Eq.mpr_not", "¬a → b = a → ¬b")]),
        ("Init.Data.Nat", [("Nat.add_comm", "n + m = m + n"), ("Nat.mul_comm", "n * m = m * n")]),
        ("Init.Data.Array", [("Array.add_it", "xs + ys = ys + xs")]),
        ("Std.Data", [("Std.add_it", "x + y = y + x")]),
    ]
)


def state(target: str, *, header: str = "", before: str = "", **variables: str) -> ProofState:
    theorem = Theorem(statement="theorem t : True", name="t", header=header, before=before)
    known = tuple(Hypothesis(name, type) for name, type in variables.items())
    return ProofState("s", theorem, (Goal(target, known),))


def test_only_what_the_header_imports_is_in_reach() -> None:
    assert SMALL.fitting(state("p + q = q + p"), 2) == ["Nat.add_comm", "Array.add_it"]
    assert "Std.add_it" not in SMALL.fitting(state("p + q = q + p"), 9)
    assert "Std.add_it" in SMALL.fitting(state("p + q = q + p", header="import Std\n"), 9)


def test_of_a_theorem_of_the_library_only_earlier_modules_are_in_reach() -> None:
    again = state("p + q = q + p", header="import Std\n", before="Array.add_it")
    assert SMALL.fitting(again, 9) == ["Nat.add_comm", "Nat.mul_comm", "Eq.mpr_not"]
    assert SMALL.fitting(state("p * q = q * p", before="Nat.mul_comm"), 9) == ["Eq.mpr_not"]


def test_tactics_name_the_lemma_that_fits_best_first() -> None:
    proposals = Lemmas(SMALL).tactics(state("p + q = q + p", xs="List Nat"))
    tactics = [p.tactic for p in proposals]
    assert tactics[0].startswith("first | apply Nat.add_comm <;> assumption | apply Array.add_it")
    assert tactics.index("apply Nat.add_comm") < tactics.index("apply Array.add_it")
    lemmas = "Nat.add_comm, Array.add_it, Nat.mul_comm, Eq.mpr_not"
    assert {f"simp [{lemmas}]", f"induction xs <;> simp_all [{lemmas}]"} < set(tactics)
    assert sum(2.718281828**p.logprob for p in proposals) == pytest.approx(1)
    assert Lemmas(SMALL).tactics(state("False")) == []


async def test_lean_knows_the_lemmas_of_the_package(pool: LeanPool) -> None:
    lines = [name for name, _ in library().lemmas]
    assert len(lines) > 30_000
    start = await pool.start(Theorem(statement="theorem t : True", header="import Std"))
    names = Random(0).sample(lines, 60)
    (answers,) = await pool.step([(start, [f"have := @{name}" for name in names])])
    assert [n for n, a in zip(names, answers, strict=True) if not isinstance(a, Applied)] == []


async def test_a_lemma_that_fits_proves(pool: LeanPool) -> None:
    theorem = Theorem(statement="theorem t (a b c : Nat) (h : a ∣ b) (k : b ∣ c) : a ∣ c")
    start = await pool.start(theorem)
    tactics = [p.tactic for p in Lemmas(library()).tactics(start)]
    assert "apply Nat.dvd_trans <;> assumption" in tactics[0]
    ((answer,),) = await pool.step([(start, tactics[:1])])
    assert isinstance(answer, Applied)
    assert not answer.states


async def test_others_do_not_wait_for_the_lemmas() -> None:
    begun, waited = (
        Settings(policy="portfolio,lemmas", wait_for_model=wait).make_policy()
        for wait in (False, True)
    )
    assert isinstance(begun, Late)
    assert isinstance(waited, Mixture)
    assert "lemmas" in await _sources(waited)
    assert "lemmas" not in await _sources(begun)
    assert FILE.stat().st_size < 1_000_000


async def _sources(policy: Policy) -> set[str]:
    (proposals,) = await policy.propose([state("p + q = q + p", p="Nat", q="Nat")], 500)
    return {p.source for p in proposals}
