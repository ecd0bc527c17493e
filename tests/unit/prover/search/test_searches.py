"""What every search algorithm promises, and what is particular to each."""

from __future__ import annotations

import asyncio
from math import inf

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from prover.config import Settings
from prover.graph.invariants import check, least_costs
from prover.graph.store import ProofGraph
from prover.models.background import BackgroundLoad
from prover.policies.lazy import LazyPolicy
from prover.registry import SEARCHES
from prover.search.best_first import AStar, BestFirst, QStar
from prover.search.budget import BudgetTracker
from prover.search.experimental.beam import Beam
from prover.search.experimental.best_of_n import BestOfN
from prover.search.experimental.mpc import MPC
from prover.search.experimental.rmax import RMaxTS
from prover.search.mcts import MCTS, HyperTree
from prover.search.race import Race
from prover.types import Budget, Policy, Problem, SearchAlgorithm, StopReason
from tests.support.problems import NO_LIMIT, make_problem
from tests.support.synthetic import (
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

ALGORITHMS: dict[str, SearchAlgorithm] = {
    "bestfirst": BestFirst(k=3, tactics_per_pop=2),
    "astar": AStar(k=3),
    "qstar": QStar(k=3),
    "mcts": MCTS(k=3),
    "hypertree": MCTS(k=3, rule=HyperTree()),
    "rmax": RMaxTS(k=3),
    "beam": Beam(k=3, width=2),
    "bestofn": BestOfN(k=3, n=4),
    "minimum": BestOfN(k=3, n=4, reward="minimum"),
    "outcome": BestOfN(k=3, n=4, reward="outcome"),
    "mpc": MPC(k=3, breadth=2),
    "race": Race(searches=(QStar(k=3), RMaxTS(k=3), Beam(k=3, width=2)), turn=4),
}
every = pytest.mark.parametrize("name", ALGORITHMS)


def test_every_algorithm_has_a_name_on_the_command_line() -> None:
    for name in SEARCHES:
        stop = asyncio.run(
            Settings(search=name).make_search().search(make_problem({0: [(1,)], 1: [()]}))
        )
        assert stop is StopReason.PROVED


@every
@given(table=tables(), workers=st.integers(1, 3), oracle=st.booleans())
@settings(max_examples=60, deadline=None)
def test_finds_a_proof_exactly_where_there_is_one(
    name: str, table: Table, workers: int, oracle: bool
) -> None:
    env = SyntheticEnvironment(table)
    value = OracleValue(table) if oracle else None
    scorer = OracleScorer(table) if oracle else None
    problem = make_problem(table, env=env, workers=workers, value=value, scorer=scorer)
    stop = asyncio.run(ALGORITHMS[name].search(problem))
    check(problem.graph)
    provable = least_costs(whole_graph(table))[0] < inf
    assert stop is (StopReason.PROVED if provable else StopReason.EXHAUSTED)
    ran = [(e.parent.state.key, e.proposal.tactic) for e in problem.graph.edges]
    assert len(set(ran)) == len(ran), "a tactic was run twice"
    assert not env.replayed, "a state was used after its release"


@every
@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("first", [(None,), (), ((1,),)])
def test_what_joins_late_is_tried_on_states_that_were_asked_before(
    name: str, first: tuple[tuple[int, ...] | None, ...], workers: int
) -> None:
    """Only the joiner has the tactic that proves the root.

    Only when all other tactics are used up does the search wait for it.
    """
    table: Table = {0: [*first, ()], 1: [None]}
    env = SyntheticEnvironment(table)
    ran_before: list[int] = []

    def load() -> Policy:
        ran_before.append(len(env.ran))
        return SyntheticPolicy(table)

    at_once = SyntheticPolicy({**table, 0: first})
    late = LazyPolicy([(at_once, 1.0)], [(BackgroundLoad(load), lambda policy: (policy, 1.0))])
    problem = make_problem(table, env=env, policy=late, workers=workers)
    assert asyncio.run(ALGORITHMS[name].search(problem)) is StopReason.PROVED
    assert ran_before[0] >= len(first)
    check(problem.graph)


@every
@given(table=tables(), calls=st.integers(0, 12))
@example(table={0: [None, None, None, ()]}, calls=3)
@settings(max_examples=60, deadline=None)
def test_a_search_cut_short_goes_on_where_it_stopped(name: str, table: Table, calls: int) -> None:
    search = ALGORITHMS[name]
    first = make_problem(table, budget=Budget(seconds=None, lean_calls=calls))
    stop = asyncio.run(search.search(first))
    assert len(first.graph.edges) == first.budget.stats.lean_calls <= calls
    whole = asyncio.run(search.search(make_problem(table)))
    assert stop in (StopReason.LEAN_CALLS, whole)
    rest = Problem(
        graph=first.graph,
        env=SyntheticEnvironment(table),
        policy=first.policy,
        value=first.value,
        budget=BudgetTracker(NO_LIMIT),
    )
    assert asyncio.run(search.search(rest)) is whole
    check(first.graph)


@every
def test_same_seed_and_budget_same_search(name: str) -> None:
    table = random_table(states=200, tactics=12, seed=3, closing=0.0)
    ran = []
    for _ in range(2):
        env = SyntheticEnvironment(table)
        problem = make_problem(table, env=env, budget=Budget(seconds=None, lean_calls=300))
        assert asyncio.run(ALGORITHMS[name].search(problem)) is StopReason.LEAN_CALLS
        ran.append(env.ran)
    assert ran[0] == ran[1]
    assert len(ran[0]) == 300


@every
@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize(
    ("budget", "stop"),
    [
        (Budget(seconds=None, lean_calls=37), StopReason.LEAN_CALLS),
        (Budget(seconds=None, expansions=5), StopReason.EXPANSIONS),
        (Budget(seconds=None, memory_mb=0.1), StopReason.MEMORY),
        (Budget(seconds=0.0), StopReason.SECONDS),
    ],
)
def test_budgets_are_kept(name: str, budget: Budget, stop: StopReason, workers: int) -> None:
    table = random_table(states=200, tactics=12, seed=3, closing=0.0)
    problem = make_problem(table, budget=budget, workers=workers)
    assert asyncio.run(ALGORITHMS[name].search(problem)) is stop
    used = problem.budget.stats
    if budget.lean_calls:
        assert used.lean_calls == len(problem.graph.edges) == budget.lean_calls
    if budget.expansions:
        assert used.expanded == budget.expansions
    if budget.memory_mb:
        assert 0.1 * 2**20 <= problem.graph.bytes < 0.2 * 2**20


@every
def test_nothing_below_a_failed_sibling_is_run(name: str) -> None:
    table: Table = {0: [(1, 2)], 1: [None], 2: [(3,)], 3: [(4,), None], 4: [(5,)], 5: [None]}
    env = SyntheticEnvironment(table)
    value = OracleValue(table)
    problem = make_problem(table, env=env, value=value)
    assert asyncio.run(ALGORITHMS[name].search(problem)) is StopReason.EXHAUSTED
    assert ProofGraph(state(0)).root.open
    assert len(env.ran) <= 5
