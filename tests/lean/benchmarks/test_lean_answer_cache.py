"""Lean with a memory, and what is read off a search that ran on it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.studies.lean_answer_cache import AnswerCache, CachedEnvironment
from benchmarks.studies.search_table import CachingVerifier, Results, calls_at_proof, cells
from lean_env.pool import LeanPool
from lean_env.types import Theorem
from lean_env.wire.client import LaunchFactory
from prover.config import Settings
from prover.graph.store import ProofGraph
from prover.registry import SEARCHES
from prover.search.budget import BudgetTracker
from prover.types import Budget, NodeStatus, Problem, TheoremStatus
from prover.values.heuristic import Constant
from tests.support.pools import contents
from tests.support.problems import make_problem
from tests.support.synthetic import (
    THEOREM,
    SyntheticEnvironment,
    SyntheticPolicy,
    Table,
    state,
    tables,
    tactic,
)

STATEMENT = Theorem(statement="theorem t (p q : Prop) (hp : p) (hq : q) : (p ∧ q) ∧ p")
TACTICS = ["constructor", "omega", "exact ⟨⟨hp, hq⟩, hp⟩", "exact nonsense"]


async def test_lean_answers_once_and_the_file_for_ever(pool: LeanPool, tmp_path: Path) -> None:
    with AnswerCache(tmp_path / "memory") as memory:
        async with CachedEnvironment(pool, memory) as env:
            first = await env.start(STATEMENT)
            [answers] = await env.step([(first, TACTICS)])
            [[split, *_]] = await env.step([(first, TACTICS)])
            below = await env.step([(s, ["assumption", "constructor"]) for s in split.states])  # type: ignore[union-attr]
        assert len(memory) == 1 + 4 + 4
    never = SyntheticEnvironment({})
    with AnswerCache(tmp_path / "memory") as memory:
        async with CachedEnvironment(never, memory) as env:
            again = await env.start(STATEMENT)
            assert (again.key, again.text) == (first.key, first.text)
            [found] = await env.step([(again, TACTICS)])
            assert contents([found]) == contents([answers])
            left = found[0].states  # type: ignore[union-attr]
            assert contents(await env.step([(s, ["assumption", "constructor"]) for s in left])) == (
                contents(below)
            )
            assert len(memory) == 1 + 4 + 4
    assert not never.ran


async def test_what_a_theorem_may_not_use_is_part_of_the_question(tmp_path: Path) -> None:
    lean = SyntheticEnvironment({0: [()]})
    with AnswerCache(tmp_path / "memory") as memory:
        for before in ("List.map_map", "Nat.add_comm", "List.map_map"):
            async with CachedEnvironment(lean, memory) as env:
                root = await env.start(THEOREM)
                await env.step([(replace(root, theorem=replace(THEOREM, before=before)), ["t0_0"])])
    assert lean.ran == [("0", "t0_0")] * 2


async def test_a_proof_is_checked_once(launch: LaunchFactory) -> None:
    async with CachingVerifier(launch) as verifier:
        first, other, again = [
            await verifier.verify(STATEMENT, script)
            for script in ("grind", "exact ⟨⟨hp, hq⟩, hp⟩", "grind")
        ]
    assert first is again
    assert first.verdict.ok and other.verdict.ok
    assert first.declaration != other.declaration


async def test_states_are_kept_until_the_end_and_held_once(tmp_path: Path) -> None:
    lean = SyntheticEnvironment({0: [(1,), (1,)], 1: [()]})
    with AnswerCache(tmp_path / "memory") as memory:
        async with CachedEnvironment(lean, memory) as env:
            root = await env.start(THEOREM)
            [[a, b]] = await env.step([(root, [tactic(0, 0), tactic(0, 1)])])
            assert a.states[0] is b.states[0]  # type: ignore[union-attr]
            await env.release([root])
            assert [s.key for s in lean.released] == ["1"]
        assert [s.key for s in lean.released] == ["1", "0", "1"]
    assert lean.ran == [("0", "t0_0"), ("0", "t0_1")]


@given(tables(), st.sampled_from(list(SEARCHES)), st.integers(1, 10))
@settings(max_examples=80, deadline=None)
def test_a_smaller_budget_does_the_same_and_stops_earlier(
    table: Table, name: str, limit: int
) -> None:
    def run(calls: int) -> ProofGraph:
        problem = make_problem(table, budget=Budget(seconds=None, lean_calls=calls))
        asyncio.run(Settings(search=name).make_search().search(problem))
        return problem.graph

    large, small = run(40), run(limit)
    found = cells(large, TheoremStatus(large.root.status.value), [limit, 40])[str(limit)]
    assert found["proved"] == (small.root.status is NodeStatus.PROVED)
    assert found["calls"] <= len(small.edges) <= limit


def test_results_are_of_their_settings_and_numbers_of_calls(tmp_path: Path) -> None:
    def results(calls: list[int], value: str = "constant", lean: str = "4.28") -> Results:
        return Results(tmp_path, Settings(policy="portfolio", value=value), lean, calls)

    found = {"status": "open", "calls": 9, "cells": {"5": {}, "10": {}}}
    results([10, 5]).add(THEOREM, "astar", found)
    for calls in ([5, 10], [5], [10]):
        row = results(calls).find(THEOREM, "astar")
        assert row and found.items() <= row.items()
    assert results([5, 20]).find(THEOREM, "astar") is None
    assert results([5]).find(THEOREM, "mcts") is None
    assert results([5], value="size").find(THEOREM, "astar") is None
    assert results([5], lean="4.29").find(THEOREM, "astar") is None


def test_the_calls_at_a_proof_do_not_count_what_ran_after_it() -> None:
    table: Table = {0: [None, (), None, None]}
    problem = Problem(
        graph=ProofGraph(state(0)),
        env=SyntheticEnvironment(table),
        policy=SyntheticPolicy(table),
        value=Constant(),
        budget=BudgetTracker(Budget(seconds=None)),
    )
    asyncio.run(Settings(search="astar").make_search().search(problem))
    assert len(problem.graph.edges) == 4
    assert calls_at_proof(problem.graph) == 2
    assert cells(problem.graph, TheoremStatus.PROVED, [1, 3]) == {
        "1": {"proved": False, "calls": 1, "seconds": 0.0},
        "3": {"proved": True, "calls": 2, "seconds": 0.0},
    }
