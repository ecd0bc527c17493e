"""A saved graph is the same graph, and a search on it goes on."""

from __future__ import annotations

import asyncio
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lean_env.types import Applied, Goal, Hypothesis, ProofState, Rejected, RejectionReason
from prover.graph.extraction import least_proof
from prover.graph.invariants import check
from prover.graph.save import dump, load
from prover.graph.store import ProofGraph
from prover.search.best_first import QStar
from prover.search.budget import BudgetTracker
from prover.types import Budget, NodeStatus, Problem, Proposal, StopReason
from prover.values.heuristic import Constant
from tests.support.problems import NO_LIMIT, make_problem
from tests.support.synthetic import (
    THEOREM,
    SyntheticEnvironment,
    SyntheticPolicy,
    Table,
    state,
    tables,
)


def through_json(graph: ProofGraph) -> ProofGraph:
    return load(json.loads(json.dumps(dump(graph))))


@given(tables(), st.integers(0, 20))
@settings(max_examples=80, deadline=None)
def test_a_search_goes_on_from_a_file(table: Table, calls: int) -> None:
    problem = make_problem(table, budget=Budget(seconds=None, lean_calls=calls))
    asyncio.run(QStar(batch=2).search(problem))
    loaded = through_json(problem.graph)
    check(loaded)
    assert dump(loaded) == dump(problem.graph)
    assert [n.status for n in loaded.nodes] == [n.status for n in problem.graph.nodes]
    assert [n.state.path for n in loaded.nodes] == [n.state.path for n in problem.graph.nodes]
    rest = Problem(
        graph=loaded,
        env=SyntheticEnvironment(table),
        policy=SyntheticPolicy(table),
        value=Constant(),
        budget=BudgetTracker(NO_LIMIT),
    )
    whole = make_problem(table)
    assert asyncio.run(QStar().search(rest)) is asyncio.run(QStar().search(whole))


def test_names_messages_and_what_was_struck_are_kept() -> None:
    def named(name: str) -> ProofState:
        goal = Goal("p", (Hypothesis(name, "Nat"), Hypothesis("h", "p", is_prop=True)), "left")
        return ProofState("key", THEOREM, (goal,))

    graph = ProofGraph(state(0))
    for name in ("a", "b"):
        proposal = Proposal(f"intro {name}", -1.0, "test", 7)
        graph.add(graph.root, proposal, Applied((named(name),), ((0,),), ("Try this",), 0.5))
    graph.add(graph.nodes[1], Proposal("assumption", -0.5), Applied((), (), (), 0.1))
    *_, last = least_proof(graph.root).edges()
    loaded = through_json(graph)
    assert loaded.root.status is NodeStatus.PROVED
    assert [e.transition for e in loaded.edges] == [e.transition for e in graph.edges]
    second = loaded.edges[1].transition
    assert isinstance(second, Applied)
    assert [h.name for h in second.states[0].goals[0].hypotheses] == ["b", "h"]
    graph.retract(last, Rejected(RejectionReason.ERROR, "refused"))
    assert through_json(graph).root.status is NodeStatus.OPEN


@pytest.mark.parametrize("record", [{}, {"format": 99}, {"format": 1, "theorem": {}}])
def test_what_is_no_graph_is_refused(record: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"format|not a saved"):
        load(record)


def test_a_search_that_is_over_stays_over() -> None:
    problem = make_problem({0: [None]})
    assert asyncio.run(QStar().search(problem)) is StopReason.EXHAUSTED
    assert through_json(problem.graph).root.status is NodeStatus.FAILED
