"""Tactics that name lemmas of Lean's library: found by symbols, within reach, and known to Lean."""

from __future__ import annotations

from random import Random

import pytest

from lean_env import LeanPool
from lean_env.errors import BadInput
from lean_env.gate.forbidden import first_forbidden
from lean_env.types import Applied, Goal, Hypothesis, ProofState, Theorem
from lean_env.wire.client import LaunchFactory
from prover.config import Settings
from prover.policies.lazy import LazyPolicy
from prover.policies.lemmas import FILE, Lemmas, Library, library_load
from prover.policies.mixture import Mixture
from prover.policies.portfolio import Portfolio
from prover.session import open_prover
from prover.types import Policy, Proposal, StopReason

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
    assert SMALL.retrieve(state("p + q = q + p"), 2) == ["Nat.add_comm", "Array.add_it"]
    assert "Std.add_it" not in SMALL.retrieve(state("p + q = q + p"), 9)
    assert "Std.add_it" in SMALL.retrieve(state("p + q = q + p", header="import Std\n"), 9)


@pytest.mark.parametrize("header", ["-- import Std", "import Init.Data.Nat", "open Nat"])
def test_a_header_that_imports_no_more_than_init(header: str) -> None:
    assert "Std.add_it" not in SMALL.retrieve(state("p + q = q + p", header=header), 9)


def test_of_a_theorem_of_the_library_only_earlier_modules_are_in_reach() -> None:
    again = state("p + q = q + p", header="import Std\n", before="Array.add_it")
    assert SMALL.retrieve(again, 9) == ["Nat.add_comm", "Nat.mul_comm", "Eq.mpr_not"]
    assert SMALL.retrieve(state("p * q = q * p", before="Nat.mul_comm"), 9) == ["Eq.mpr_not"]


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
    names = [name for name, _ in library_load().wait().lemmas]
    assert len(names) > 30_000
    assert [name for name in names if first_forbidden(name)] == []
    start = await pool.start(Theorem(statement="theorem t : True", header="import Std"))
    names = Random(0).sample(names, 60)
    (answers,) = await pool.step([(start, [f"have := @{name}" for name in names])])
    assert [n for n, a in zip(names, answers, strict=True) if not isinstance(a, Applied)] == []


async def test_a_lemma_that_fits_proves(pool: LeanPool) -> None:
    theorem = Theorem(statement="theorem t (a b c : Nat) (h : a ∣ b) (k : b ∣ c) : a ∣ c")
    start = await pool.start(theorem)
    tactics = [p.tactic for p in Lemmas(library_load().wait()).tactics(start)]
    assert "apply Nat.dvd_trans <;> assumption" in tactics[0]
    ((answer,),) = await pool.step([(start, tactics[:1])])
    assert isinstance(answer, Applied)
    assert not answer.states


async def test_others_do_not_wait_for_the_lemmas_and_mix_the_same_with_them() -> None:
    library_load.cache_clear()
    late = Settings(policy="portfolio,lemmas").make_policy()
    assert isinstance(late, LazyPolicy)
    (before,) = await _proposed(late)
    assert "lemmas" not in {p.source for p in before}
    waited = Settings(policy="portfolio,lemmas", wait_for_model=True).make_policy()
    assert isinstance(waited, Mixture)
    (mixed,) = await _proposed(waited)
    assert "lemmas" in {p.source for p in mixed}
    assert await _proposed(late) == [mixed]
    assert FILE.stat().st_size < 1_000_000


async def test_a_lemma_is_tried_on_a_root_that_the_portfolio_does_not_prove(
    launch: LaunchFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing else would ask for the lemmas: the search waits until they are loaded."""
    few = [Proposal("rfl", -0.1), Proposal("omega", -0.2)]
    monkeypatch.setattr(Portfolio, "tactics", lambda *_: few)
    library_load.cache_clear()
    theorem = Theorem(statement="theorem t (a b c : Nat) (h : a ∣ b) (k : b ∣ c) : a ∣ c")
    settings = Settings(search="bestfirst", value="constant", workers=1)
    async with open_prover(settings, launch, theorems=1) as prover:
        result = await prover.prove(theorem)
    assert result.stop is StopReason.PROVED
    assert result.tactics == ("apply Nat.dvd_trans <;> assumption",)
    assert result.stats.lean_calls >= len(few)


async def _proposed(policy: Policy) -> list[list[Proposal]]:
    return await policy.propose([state("p + q = q + p", p="Nat", q="Nat")], 500)


def test_a_part_of_a_policy_is_named_once() -> None:
    with pytest.raises(BadInput, match="`lemmas` is named twice"):
        Settings(policy="lemmas,portfolio,lemmas")
