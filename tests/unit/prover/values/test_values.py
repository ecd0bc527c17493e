"""Values made of others, and values read off a finished graph."""

from __future__ import annotations

import asyncio
from math import inf
from statistics import correlation

import pytest
from hypothesis import given, settings

from benchmarks.perf.puzzles import Puzzle, with_noise
from prover.graph.invariants import least_costs
from prover.search.best_first import QStar
from prover.types import StopReason
from prover.values.combined import ScorerEnsemble, ValueEnsemble, recorded_values
from prover.values.heuristic import Constant, GoalSize
from tests.support.problems import make_problem
from tests.support.synthetic import (
    OracleScorer,
    OracleValue,
    Table,
    state,
    tables,
    tactic,
    whole_graph,
)


@given(tables())
@settings(max_examples=50, deadline=None)
def test_recorded_values_are_those_of_the_graph_and_lead_straight_to_the_proof(
    table: Table,
) -> None:
    graph = whole_graph(table)
    known = recorded_values(graph, cap=1000.0)
    states = [node.state for node in graph.nodes]
    exact = asyncio.run(OracleValue(table).cost_to_go(states))
    assert asyncio.run(known.cost_to_go(states)) == exact
    if least_costs(graph)[0] < inf:
        problem = make_problem(table, value=known, scorer=known)
        assert asyncio.run(QStar(batch=1).search(problem)) is StopReason.PROVED
        assert problem.budget.stats.lean_calls <= graph.root.cost


async def test_what_was_not_recorded_costs_the_cap() -> None:
    known = recorded_values(whole_graph({0: [(), None]}), cap=7.0)
    assert await known.cost_to_go([state(0), state(9)]) == [1.0, 7.0]
    assert await known.score(state(0), [tactic(0, 0), tactic(0, 1), "other"]) == [1.0, 7.0, 7.0]


async def test_ensembles() -> None:
    members = [Constant(1.0), Constant(2.0), Constant(6.0)]
    assert await ValueEnsemble(members=members).cost_to_go([state(0)]) == [3.0]
    assert await ValueEnsemble(members=members, join=max).cost_to_go([state(0), state(1)]) == [
        6.0,
        6.0,
    ]
    scorer = OracleScorer({0: [(1,), None], 1: [()]}, cap=10.0)
    both = ScorerEnsemble(members=[scorer, scorer])
    assert await both.score(state(0), [tactic(0, 0), tactic(0, 1)]) == [2.0, 10.0]


def test_a_blurred_q_has_the_rank_correlation_asked_for() -> None:
    known = Puzzle(200, 10, seed=1, closing=0.02).exact(cap=30.0)
    exact, noisy = known.q, with_noise(known, 0.6, seed=2).q
    assert sorted(noisy.values()) == sorted(exact.values())

    order = sorted(exact.values())
    rank = {value: order.index(value) + (order.count(value) - 1) / 2 for value in set(order)}
    ranks = [[rank[figures[t]] for t in exact] for figures in (exact, noisy)]
    assert correlation(*ranks) == pytest.approx(0.6, abs=0.06)


async def test_larger_goals_are_thought_to_cost_more() -> None:
    assert await Constant(2.0).cost_to_go([state(0), state(1)]) == [2.0, 2.0]
    small, large = await GoalSize().cost_to_go([state(0), state(1, text="a + b + c = d")])
    assert 1 < small < large
