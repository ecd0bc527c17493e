"""Lean's own library as a suite: what is in it, how it is posed, what is out of reach."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
import pytest_asyncio

from benchmarks.suites import lean_dojo, library
from benchmarks.suites.types import Suite, digest
from lean_env.errors import BadInput
from lean_env.gate.verifier import Verifier
from lean_env.pool import LeanPool, PoolConfig
from lean_env.types import Accepted, Applied, RefusalReason, Refused, Rejected, Theorem
from lean_env.wire.client import LaunchFactory
from prover.runs.partition import lemma_family, split_of

ITSELF = "Nat.sub_add_min_cancel"
"""Of a module after those that `omega` rests on."""

COMPARES = """
import Std
import Lean
open Lean Elab Tactic in
elab "compare_with" name:ident : tactic => do
  let declared ← getConstInfo name.getId
  let target ← getMainTarget
  if target == declared.type then throwError "the same" else throwError "another"
"""


@pytest_asyncio.fixture(scope="module")
async def suite(launch: LaunchFactory) -> Suite:
    return await library.load(launch)


def named(suite: Suite, name: str) -> Theorem:
    return next(entry.theorem for entry in suite.entries if entry.id == name)


def test_what_is_in_it(suite: Suite) -> None:
    splits = Counter(entry.split for entry in suite.entries)
    assert len(suite.entries) > 25_000
    assert set(splits) == {"train", "valid", "test"}
    assert min(splits.values()) > 500
    assert splits["train"] > 0.75 * len(suite.entries)
    assert len({entry.id for entry in suite.entries}) == len(suite.entries)
    assert suite.digest == digest(suite.entries)
    groups = {entry.group for entry in suite.entries}
    assert {"Nat", "Int", "List", "Array", "BitVec", "String", "Std.HashMap"} <= groups
    reasons = {"not a theorem", "internal", "private", "generated", "deprecated", "restated"}
    assert all(suite.left_out[reason] > 0 for reason in reasons)


def test_theorems_that_leandojo_names(suite: Suite, tmp_path: Path) -> None:
    """A row of LeanDojo Benchmark has a name and no statement."""
    names = {"train": ["Nat.sub_add_min_cancel", "Finset.sum_comm"], "val": ["List.map_map"]}
    for split, theorems in names.items():
        rows = [{"url": "…", "full_name": name, "traced_tactics": []} for name in theorems]
        (tmp_path / f"{split}.json").write_text(json.dumps(rows))
    found = lean_dojo.of_library(tmp_path, lean_dojo.splits_in(tmp_path), suite)
    splits = {entry.id: entry.split for entry in found.entries}
    assert splits == {"Nat.sub_add_min_cancel": "train", "List.map_map": "valid"}
    assert found.left_out == {lean_dojo.UNKNOWN: 1}
    with pytest.raises(BadInput, match="its 1 theorems are not"):
        lean_dojo.of_library(tmp_path, {"Finset.sum_comm": "train"}, suite)


def test_variants_of_a_lemma_stay_together(suite: Suite) -> None:
    by_family: dict[str, set[str]] = {}
    for entry in suite.entries:
        by_family.setdefault(lemma_family(entry.id), set()).add(entry.split)
    assert all(len(splits) == 1 for splits in by_family.values())
    assert lemma_family("Array.getElem?_map'") == lemma_family("List.getElem_map")
    assert split_of("Nat.le_max_left") == split_of("Int.le_max_right")


async def test_theorems_are_posed_exactly(suite: Suite, launch: LaunchFactory) -> None:
    """Lean compares the goal with the type that the library declares, as expressions."""
    sample = Random(0).sample(suite.entries, 100)
    async with LeanPool(launch, PoolConfig(workers=1)) as lean:
        for entry, other in zip(sample, [*sample[1:], sample[0]], strict=True):
            state = await lean.start(replace(entry.theorem, header=COMPARES))
            assert [goal.hypotheses for goal in state.goals] == [()], entry.id
            tactics = [f"compare_with {name}" for name in (entry.id, other.id)]
            [answers] = await lean.step([(state, tactics)])
            said = [getattr(answer, "message", answer) for answer in answers]
            assert said == ["the same", "another"], entry.id
            await lean.release([state])


async def test_what_comes_later_is_out_of_reach(suite: Suite, pool: LeanPool) -> None:
    theorem = named(suite, ITSELF)
    root = await pool.start(theorem)
    uses = ["exact {}", "exact @{}", "intro n m; simp [{}]", "have := {}; exact this"]
    [answers] = await pool.step(
        [(root, [*(tactic.format(ITSELF) for tactic in uses), "intros; omega", "intros; simp"])]
    )
    *cheats, honest, bare = answers
    for tactic, answer in zip(uses, cheats, strict=True):
        assert isinstance(answer, Rejected), tactic
        assert answer.message == f"the library declares '{ITSELF}' after this theorem"
    assert isinstance(honest, Applied), honest
    assert honest.closed
    assert isinstance(bare, Rejected)  # `simp` does not try the theorem itself
    await pool.release([root])


async def test_the_gate_looks_at_the_reach(suite: Suite, launch: LaunchFactory) -> None:
    theorem = named(suite, ITSELF)
    async with Verifier(launch) as verifier:
        checked = await verifier.verify(theorem, "intros\nomega")
        assert isinstance(checked.verdict, Accepted), checked
        for script in (
            f"exact {ITSELF}",
            f"have := {ITSELF}\nexact this",
            f"let f := @{ITSELF}\nintros; simp [f]",
        ):
            verdict = (await verifier.verify(theorem, script)).verdict
            assert isinstance(verdict, Refused), script
            assert verdict.reason is RefusalReason.REACH
            assert f"'{ITSELF}'" in verdict.message
        free = Theorem(statement=theorem.statement, header=theorem.header)
        assert (await verifier.verify(free, f"exact {ITSELF}")).verdict.ok


async def test_before_what_the_library_lacks(pool: LeanPool) -> None:
    theorem = Theorem(statement="theorem t : True", before="Nat.no_such_theorem")
    with pytest.raises(BadInput, match=r"no 'Nat\.no_such_theorem'"):
        await asyncio.wait_for(pool.start(theorem), 60)
