"""Best-first search and what it shares with other searches, on graphs known beforehand."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lean_env.types import ProofState, Rejected, RejectionReason, Tactic, Transition
from prover.graph.extraction import least_proof
from prover.graph.invariants import check, least_costs
from prover.graph.store import unit_cost
from prover.search.best_first import BestFirst
from prover.search.budget import BudgetTracker
from prover.types import Budget, NodeStatus, Problem, Proposal, StopReason
from tests.support.problems import NO_LIMIT, make_problem
from tests.support.synthetic import (
    OracleValue,
    SyntheticEnvironment,
    SyntheticPolicy,
    Table,
    random_table,
    tables,
    tactic,
    whole_graph,
)

configs = st.builds(
    BestFirst,
    k=st.just(8),
    tactics_per_pop=st.integers(1, 8),
    batch=st.integers(1, 3),
    weight=st.sampled_from([0.0, 0.5, 1.0]),
    alpha=st.sampled_from([0.0, 0.5, 1.0]),
)


@given(tables(), configs, st.integers(1, 3), st.booleans())
@settings(max_examples=150, deadline=None)
def test_finds_a_proof_exactly_where_there_is_one(
    table: Table, config: BestFirst, workers: int, oracle: bool
) -> None:
    value = OracleValue(table) if oracle else None
    env = SyntheticEnvironment(table)
    problem = make_problem(table, env=env, workers=workers, value=value)
    stop = asyncio.run(config.search(problem))
    check(problem.graph)
    assert not env.replayed, "a state was used after its release"
    provable = least_costs(whole_graph(table))[0] < inf
    assert stop is (StopReason.PROVED if provable else StopReason.EXHAUSTED)
    ran = [(e.parent.state.key, e.proposal.tactic) for e in problem.graph.edges]
    assert len(set(ran)) == len(ran) <= problem.budget.stats.lean_calls


@given(tables())
@settings(max_examples=100, deadline=None)
def test_an_exact_cost_to_go_leads_straight_to_a_chain(table: Table) -> None:
    """With λ = 1, unit costs and exact h, the first proof of a graph without AND is a least one."""
    chains = {n: [t and t[:1] for t in tactics] for n, tactics in table.items()}
    best = least_costs(whole_graph(chains))[0]
    problem = make_problem(chains, value=OracleValue(chains))
    stop = asyncio.run(BestFirst(tactics_per_pop=1, path_cost=unit_cost).search(problem))
    if best < inf:
        assert stop is StopReason.PROVED
        assert least_proof(problem.graph.root).edge.parent.cost == best


@given(tables(), st.integers(0, 12), configs)
@settings(max_examples=60, deadline=None)
def test_a_search_cut_short_goes_on_where_it_stopped(
    table: Table, calls: int, config: BestFirst
) -> None:
    first = make_problem(table, budget=Budget(seconds=None, lean_calls=calls))
    stop = asyncio.run(config.search(first))
    assert first.budget.stats.lean_calls <= calls
    assert len(first.graph.edges) == first.budget.stats.lean_calls
    whole = make_problem(table)
    rest = Problem(
        graph=first.graph,
        env=SyntheticEnvironment(table),
        policy=first.policy,
        value=first.value,
        budget=BudgetTracker(NO_LIMIT),
    )
    assert stop in (StopReason.LEAN_CALLS, asyncio.run(config.search(whole)))
    assert asyncio.run(config.search(rest)) is asyncio.run(config.search(whole))
    check(first.graph)


def test_same_seed_and_budget_same_search() -> None:
    table = random_table(states=200, tactics=12, seed=3, closing=0.0)
    ran = []
    for _ in range(2):
        env = SyntheticEnvironment(table)
        problem = make_problem(table, env=env, budget=Budget(seconds=None, lean_calls=500))
        assert asyncio.run(BestFirst().search(problem)) is StopReason.LEAN_CALLS
        ran.append(env.ran)
    assert ran[0] == ran[1]
    assert len(ran[0]) == 500


def test_tactics_run_in_slices_most_probable_first() -> None:
    """The rest of a slice is not run after a proof, and a likely child goes before what is left."""
    table: Table = {0: [(1,), None, None, None], 1: [(), None]}
    env = SyntheticEnvironment(table)

    class Sure(SyntheticPolicy):
        def tactics(self, name: int) -> list[Proposal]:
            return [Proposal(tactic(name, i), -0.1 - i) for i in range(len(self.table[name]))]

    problem = make_problem(table, env=env, policy=Sure(table))
    assert asyncio.run(BestFirst(tactics_per_pop=1).search(problem)) is StopReason.PROVED
    assert [t for _, t in env.ran] == ["t0_0", "t1_0"]
    env.ran.clear()
    problem = make_problem(table, env=env, policy=Sure(table))
    assert asyncio.run(BestFirst(tactics_per_pop=4).search(problem)) is StopReason.PROVED
    assert [t for _, t in env.ran] == ["t0_0", "t0_1", "t0_2", "t0_3", "t1_0", "t1_1"]


def test_what_a_failed_sibling_makes_pointless_is_left_alone() -> None:
    """State 2 is of no use once state 1, which must be proved with it, has failed."""
    table: Table = {0: [(1, 2)], 1: [None], 2: [(3,)], 3: [(2,), None]}
    env = SyntheticEnvironment(table)
    assert asyncio.run(BestFirst().search(make_problem(table, env=env))) is StopReason.EXHAUSTED
    assert {key for key, _ in env.ran} == {"0", "1"}


def test_lean_may_forget_settled_states_and_second_copies() -> None:
    table: Table = {0: [(1,), (1,), (2,)], 1: [None], 2: [()]}
    env = SyntheticEnvironment(table)
    problem = make_problem(table, env=env)
    assert asyncio.run(BestFirst().search(problem)) is StopReason.PROVED
    copies = [s for s in env.released if s.key == "1"]
    assert len(copies) == 2
    assert sorted({s.key for s in env.released}) == ["0", "1", "2"]


async def test_a_broken_environment_is_not_a_failed_tactic() -> None:
    class Broken(SyntheticEnvironment):
        async def step(self, batch: object) -> list[list[Transition]]:  # noqa: ARG002
            raise ConnectionError("gone")

    problem = make_problem({0: [()]}, env=Broken({0: [()]}), workers=2)
    with pytest.raises(ConnectionError, match="gone"):
        await BestFirst().search(problem)
    assert not problem.graph.edges


async def test_several_workers_are_kept_busy() -> None:
    class Watched(SyntheticEnvironment):
        inside = most = 0

        async def step(
            self, batch: Sequence[tuple[ProofState, Sequence[Tactic]]]
        ) -> list[list[Transition]]:
            self.inside += 1
            self.most = max(self.most, self.inside)
            await asyncio.sleep(0)
            self.inside -= 1
            return await super().step(batch)

    table = random_table(states=200, tactics=12, seed=3, closing=0.0)
    env = Watched(table)
    budget = Budget(seconds=None, lean_calls=300)
    await BestFirst().search(make_problem(table, env=env, budget=budget, workers=3))
    assert env.most == 6
    env = Watched(table)
    await BestFirst().search(make_problem(table, env=env, budget=budget, workers=1))
    assert env.most == 1


async def test_a_node_no_longer_needed_is_taken_up_when_a_new_edge_needs_it() -> None:
    """State 2 is parked when its sibling 1 fails, then state 3 leads to it again."""
    table: Table = {0: [(1, 2), (3,)], 1: [None], 2: [()], 3: [(4,)], 4: [(2,)]}

    class Late(SyntheticPolicy):
        def tactics(self, name: int) -> list[Proposal]:
            far = {1: -0.1, 2: -0.5, 3: -1.0, 4: -1.0}.get(name, -0.1)
            return [Proposal(tactic(name, i), far) for i in range(len(self.table[name]))]

    problem = make_problem(table, policy=Late(table))
    assert await BestFirst(tactics_per_pop=1).search(problem) is StopReason.PROVED
    check(problem.graph)


async def test_progress_is_told_after_each_answer_of_lean() -> None:
    seen: list[int] = []
    problem = make_problem({0: [(1,), None], 1: [()]})
    told = Problem(
        graph=problem.graph,
        env=problem.env,
        policy=problem.policy,
        value=problem.value,
        budget=problem.budget,
        on_progress=lambda p: seen.append(p.budget.stats.lean_calls),
    )
    assert await BestFirst(tactics_per_pop=1).search(told) is StopReason.PROVED
    assert seen == [1, 2] or seen == [1, 2, 3]


def test_a_struck_proof_is_searched_around() -> None:
    table: Table = {0: [(1,)], 1: [(), (2,)], 2: [()]}
    problem = make_problem(table)
    assert asyncio.run(BestFirst(tactics_per_pop=1).search(problem)) is StopReason.PROVED
    *_, last = least_proof(problem.graph.root).edges()
    problem.graph.retract(last, Rejected(RejectionReason.ERROR, "refused"))
    assert problem.graph.root.status is NodeStatus.OPEN
    assert asyncio.run(BestFirst(tactics_per_pop=1).search(problem)) is StopReason.PROVED
    assert problem.graph.root.cost == 3
