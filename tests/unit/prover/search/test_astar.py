"""A* and Q*: least proofs where the theory promises them, and Lean calls saved."""

from __future__ import annotations

import asyncio
from math import inf

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from prover.graph.extraction import least_proof
from prover.graph.invariants import check, least_costs
from prover.search.best_first import AStar, BestFirst, QStar
from prover.types import Budget, Problem, SearchAlgorithm, StopReason
from tests.support.problems import make_problem
from tests.support.synthetic import (
    Lowered,
    OracleScorer,
    OracleValue,
    SyntheticEnvironment,
    SyntheticPolicy,
    Table,
    random_table,
    state,
    tables,
    whole_graph,
)

A_OR_Q = st.sampled_from([AStar, QStar])


def solve(
    table: Table, algorithm: SearchAlgorithm, **options: object
) -> tuple[StopReason, Problem]:
    problem = make_problem(table, **options)  # type: ignore[arg-type]
    stop = asyncio.run(algorithm.search(problem))
    check(problem.graph)
    return stop, problem


def oracles(table: Table) -> dict[str, object]:
    return {"value": OracleValue(table), "scorer": OracleScorer(table)}


def length(problem: Problem) -> int:
    """Of the least proof found, every tactic counted once, however often its state occurs."""
    return len({edge.id for edge in least_proof(problem.graph.root).edges()})


@given(tables(), A_OR_Q)
@settings(max_examples=150, deadline=None)
def test_with_exact_values_the_first_proof_is_a_least_one(
    table: Table, kind: type[AStar | QStar]
) -> None:
    best = least_costs(whole_graph(table))[0]
    stop, problem = solve(table, kind(batch=1), **oracles(table))
    assert stop is (StopReason.PROVED if best < inf else StopReason.EXHAUSTED)
    assert problem.graph.root.cost == best


@given(tables(), A_OR_Q, st.integers(0, 99), st.integers(1, 4), st.integers(1, 3))
@settings(max_examples=200, deadline=None)
def test_with_values_that_never_overestimate_the_last_proof_is_a_least_one(
    table: Table, kind: type[AStar | QStar], seed: int, batch: int, workers: int
) -> None:
    low = Lowered(OracleValue(table), OracleScorer(table), seed)
    best = least_costs(whole_graph(table))[0]
    search = kind(batch=batch, optimal=True)
    stop, problem = solve(table, search, value=low, scorer=low, workers=workers)
    assert stop is (StopReason.PROVED if best < inf else StopReason.EXHAUSTED)
    assert problem.graph.root.cost == best


@pytest.mark.slow
@given(tables(), st.integers(1, 4))
@settings(max_examples=150, deadline=None)
def test_an_oracle_q_runs_nothing_but_the_proof(table: Table, batch: int) -> None:
    assume(least_costs(whole_graph(table))[0] < inf)
    env = SyntheticEnvironment(table)
    _, problem = solve(table, QStar(batch=batch), env=env, **oracles(table))
    assert len(env.ran) <= length(problem) * batch
    if batch == 1:
        assert len(env.ran) == length(problem)


@given(tables())
@settings(max_examples=100, deadline=None)
def test_an_exact_cost_to_go_expands_nothing_but_the_proof(table: Table) -> None:
    assume(least_costs(whole_graph(table))[0] < inf)
    _, problem = solve(table, AStar(), value=OracleValue(table))
    assert problem.budget.stats.expanded <= length(problem)


@pytest.mark.slow
@given(tables(), A_OR_Q, st.integers(0, 99), st.sampled_from([0.0, 0.6, 1.0]), st.integers(1, 3))
@settings(max_examples=150, deadline=None)
def test_any_values_find_a_proof_where_there_is_one(
    table: Table, kind: type[AStar | QStar], seed: int, weight: float, workers: int
) -> None:
    low = Lowered(OracleValue(table), OracleScorer(table), seed)
    env = SyntheticEnvironment(table)
    search = kind(weight=weight, k=3)
    stop, problem = solve(table, search, value=low, scorer=low, env=env, workers=workers)
    best = least_costs(whole_graph(table))[0]
    assert stop is (StopReason.PROVED if best < inf else StopReason.EXHAUSTED)
    ran = [(e.parent.state.key, e.proposal.tactic) for e in problem.graph.edges]
    assert len(set(ran)) == len(ran) <= len(env.ran)
    if workers == 1:  # else the end of the search may find a tactic still running
        assert len(ran) == len(env.ran)
        assert not env.replayed


def test_a_good_q_saves_lean_calls() -> None:
    table = random_table(states=300, tactics=20, seed=5)
    calls = {}
    for name, search in {"bestfirst": BestFirst(), "qstar": QStar()}.items():
        stop, problem = solve(table, search, scorer=OracleScorer(table))
        assert stop is StopReason.PROVED
        calls[name] = problem.budget.stats.lean_calls
    assert calls["qstar"] * 3 <= calls["bestfirst"]


def test_a_promising_state_is_asked_for_again() -> None:
    """Only the seventh tactic helps, and the policy gives two at a time."""
    table: Table = {0: [None] * 6 + [()]}
    stop, problem = solve(table, QStar(k=2))
    assert stop is StopReason.PROVED
    assert problem.budget.stats.expanded == 4
    stop, problem = solve(table, QStar(k=2, max_policy_calls=3))
    assert stop is StopReason.EXHAUSTED
    assert problem.budget.stats.lean_calls == 6


def test_a_policy_that_has_no_more_is_not_asked_again() -> None:
    stop, problem = solve({0: [None] * 6}, QStar())
    assert stop is StopReason.EXHAUSTED
    assert problem.budget.stats.expanded == 1


def test_a_budget_that_ends_the_hunt_for_a_cheaper_proof_leaves_the_proof() -> None:
    table: Table = {0: [(1,), None, (2,)], 1: [()], 2: [(3,)], 3: [(3,), (3,), (3,)]}
    budget = Budget(seconds=None, lean_calls=4)
    stop, problem = solve(table, AStar(optimal=True), budget=budget)
    assert stop is StopReason.PROVED
    assert problem.graph.root.cost == 2


def test_the_open_list_leaves_its_priorities_for_explanation() -> None:
    _, problem = solve({0: [(1,), (2,)], 1: [(3,)], 2: [()], 3: []}, AStar(), policy=None)
    assert problem.graph.node(state(0)).priority == 0
    assert all(n.priority is not None for n in problem.graph.nodes if n.state.key in "012")


def test_the_policy_is_asked_for_several_states_at_once() -> None:
    table: Table = {0: [(1, 2, 3)], 1: [()], 2: [()], 3: [()]}

    class Counting(SyntheticPolicy):
        asked = 0

        async def propose(self, states, k):  # type: ignore[no-untyped-def]
            self.asked += 1
            return await super().propose(states, k)

    policy = Counting(table)
    assert solve(table, AStar(batch=4), policy=policy)[0] is StopReason.PROVED
    assert policy.asked == 2
