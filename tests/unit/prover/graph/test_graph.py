"""The AND/OR graph: its conclusions equal those worked out slowly, after every step."""

from __future__ import annotations

import gc
import json
import tracemalloc
from math import inf
from random import Random
from xml.etree import ElementTree

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lean_env.types import Applied, Goal, Hypothesis, ProofState, Rejected, RejectionReason
from prover.graph.drawing import to_dot, to_svg
from prover.graph.export import to_dict, to_graphml, to_networkx
from prover.graph.extraction import least_proof
from prover.graph.invariants import check, least_costs
from prover.graph.store import ProofGraph, negative_log_prob
from prover.types import NodeStatus, Proposal
from tests.support.synthetic import (
    THEOREM,
    SyntheticEnvironment,
    Table,
    random_table,
    state,
    tables,
    tactic,
    whole_graph,
)

FAIL = Rejected(RejectionReason.ERROR, "no")


def add(graph: ProofGraph, parent: int, *children: int, logprob: float = -1.0) -> None:
    """Add an edge between states that are named by numbers."""
    states = tuple(state(c) for c in children)
    proposal = Proposal(f"t{len(graph.edges)}", logprob)
    graph.add(graph.node(state(parent)), proposal, Applied(states))


def node_status(graph: ProofGraph, name: int) -> NodeStatus:
    return graph.node(state(name)).status


@given(tables(), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_conclusions_hold_after_every_step(table: Table, rng: Random) -> None:
    """Edges and closings in any order, as searches with several workers bring them."""
    env = SyntheticEnvironment(table)
    graph = ProofGraph(state(0))
    todo = {0: list(range(len(table[0])))}
    while todo:
        name = rng.choice(sorted(todo))
        node = graph.node(state(name))
        if not todo[name]:
            del todo[name]
            graph.exhaust(node)
        else:
            index = todo[name].pop(rng.randrange(len(todo[name])))
            known = len(graph.nodes)
            proposal = Proposal(tactic(name, index), -rng.random() - 0.1)
            graph.add(node, proposal, env._one(node.state, proposal.tactic))
            for new in graph.nodes[known:]:
                key = int(new.state.key)
                todo[key] = list(range(len(table[key])))
        check(graph)
    assert graph.root.status is not NodeStatus.OPEN
    assert len({n.id for n in graph.settled}) == len(graph.settled) == len(graph.nodes)


@given(tables(), st.randoms(use_true_random=False))
@settings(max_examples=80, deadline=None)
def test_conclusions_hold_after_striking_out(table: Table, rng: Random) -> None:
    graph = whole_graph(table)
    while graph.root.status is NodeStatus.PROVED:
        struck = rng.choice(list(least_proof(graph.root).edges()))
        before = graph.root.cost
        graph.retract(struck, FAIL)
        check(graph)
        assert graph.root.cost >= before
    assert graph.root.status is NodeStatus.FAILED


@given(tables())
@settings(max_examples=80, deadline=None)
def test_least_proof_is_a_proof_of_least_cost(table: Table) -> None:
    graph = whole_graph(table)
    best = least_costs(graph)[0]
    if best == inf:
        with pytest.raises(ValueError, match="not proved"):
            least_proof(graph.root)
        return
    proof = least_proof(graph.root)
    assert sum(edge.cost for edge in proof.edges()) == best
    todo = [proof]
    while todo:
        part = todo.pop()
        assert [p.edge.parent for p in part.subproofs] == list(part.edge.children)
        todo += part.subproofs


def test_a_cheaper_proof_found_later_reaches_the_root() -> None:
    graph = ProofGraph(state(0))
    add(graph, 0, 1)
    add(graph, 1, 2, 3)
    add(graph, 2)
    add(graph, 3, 4)
    add(graph, 4)
    assert (graph.root.status, graph.root.cost) == (NodeStatus.PROVED, 5)
    add(graph, 3)
    assert graph.root.cost == 4
    add(graph, 0)
    assert graph.root.cost == 1
    check(graph)


def test_no_proof_rests_on_itself_and_a_cycle_of_dead_ends_fails() -> None:
    graph = ProofGraph(state(0))
    add(graph, 0, 1)
    add(graph, 1, 2)
    add(graph, 2, 1)  # 1 and 2 only lead to each other
    for name in (0, 1):
        graph.exhaust(graph.node(state(name)))
        assert node_status(graph, 0) is NodeStatus.OPEN
    graph.exhaust(graph.node(state(2)))
    assert [node_status(graph, n) for n in range(3)] == [NodeStatus.FAILED] * 3
    check(graph)


def test_a_failed_sibling_makes_a_node_unneeded() -> None:
    graph = ProofGraph(state(0))
    add(graph, 0, 1, 2)
    two = graph.node(state(2))
    assert graph.needed(two)
    graph.exhaust(graph.node(state(1)))
    assert graph.root.open
    assert not graph.needed(two)
    add(graph, 0, 2)
    assert graph.needed(two)


def test_what_a_debugger_shows_of_a_graph_is_short() -> None:
    graph = ProofGraph(state(0))
    for name in range(40):
        add(graph, name, name + 1, name + 1)
        add(graph, name, name + 1)
    assert len(repr(graph.root)) < 1000
    assert len(repr(graph.edges[0])) < 1000


def test_an_exhausted_node_takes_no_more_tactics_and_costs_are_positive() -> None:
    graph = ProofGraph(state(0), cost=negative_log_prob)
    add(graph, 0, 1, logprob=0.0)
    assert graph.edges[0].cost > 0
    graph.exhaust(graph.root)
    with pytest.raises(ValueError, match="exhausted"):
        add(graph, 0, 2)
    free = ProofGraph(state(0), cost=lambda _: 0.0)
    with pytest.raises(ValueError, match="positive"):
        add(free, 0, 1)


def named(*names: str, goals: int = 1) -> ProofState:
    goal = Goal("p", tuple(Hypothesis(n.strip("✝"), "Nat", accessible="✝" not in n) for n in names))
    return ProofState("key", THEOREM, (goal,) * goals)


def test_a_state_with_other_names_is_the_same_node_and_keeps_its_names() -> None:
    graph = ProofGraph(state(0))
    for names in (("a", "b"), ("x", "b"), ("a", "b"), ("a", "b✝")):
        graph.add(graph.root, Proposal(" ".join(names), -1.0), Applied((named(*names),)))
    assert len(graph.nodes) == 2
    kept = [edge.transition.states[0] for edge in graph.edges]  # type: ignore[union-attr]
    assert kept[0] is kept[2] is graph.nodes[1].state
    assert [h.name for h in kept[1].goals[0].hypotheses] == ["x", "b"]
    assert not kept[3].goals[0].hypotheses[1].accessible
    check(graph)


def test_states_of_several_goals_are_one_node_only_with_the_same_names() -> None:
    graph = ProofGraph(state(0))
    for names in ("a", "x", "a"):
        graph.add(graph.root, Proposal(names, -1.0), Applied((named(names, goals=2),)))
    assert [edge.children[0].id for edge in graph.edges] == [1, 2, 1]
    check(graph)


def test_export_says_what_the_graph_says() -> None:
    graph = whole_graph({0: [(1, 1), None], 1: [()], 2: []})
    record = json.loads(json.dumps(to_dict(graph)))
    assert [n["status"] for n in record["nodes"]] == ["proved", "proved"]
    assert [n["cost"] for n in record["nodes"]] == [3, 1]
    assert [e["status"] for e in record["edges"]] == ["proved", "failed", "proved"]
    assert record["edges"][1]["reason"] == "error"
    drawn = to_networkx(graph)
    assert set(drawn.successors("s0")) == {"t0", "t1"}
    assert drawn.edges["t0", "s1"]["times"] == 2
    assert drawn.nodes["t2"]["tactic"] == "t1_0"


def test_graphml_is_read_back() -> None:
    graph = whole_graph({0: [(1, 2), None], 1: [()], 2: [(0,)]})
    read = networkx.parse_graphml(to_graphml(graph))
    assert set(read.nodes) == {"s0", "s1", "s2", "t0", "t1", "t2", "t3"}
    assert set(read.edges) == set(to_networkx(graph).edges)
    assert read.nodes["t1"]["reason"] == "error"
    assert "cost" not in read.nodes["s2"]


def test_pictures_show_every_state_and_every_applied_tactic() -> None:
    graph = whole_graph({0: [(1, 2), None, (2,)], 1: [()], 2: [(0,)]})
    dot = to_dot(graph)
    assert {f"s{i} [" in dot for i in range(3)} == {True}
    assert "s0 -> t0" in dot and "t0 -> s2;" in dot and "t1 " not in dot
    svg = ElementTree.fromstring(to_svg(graph))
    boxes = svg.findall(".//{*}g/{*}rect")
    assert len(boxes) == 3
    assert len({box.get("x") for box in boxes}) == 3
    titles = [title.text for title in svg.findall(".//{*}title")]
    assert titles.count("t0_0") == 2 and "⊢ goal 1" in titles
    odd = ProofGraph(ProofState("k", THEOREM, (Goal('a < b & "c"'),)))
    title = ElementTree.fromstring(to_svg(odd)).find(".//{*}title")
    assert title is not None and title.text == '⊢ a < b & "c"'
    assert '\\"c\\"' in to_dot(odd)


def test_an_edge_takes_little_memory() -> None:
    """Under 1 KB an edge beyond the text it keeps; time is measured in benchmarks/perf."""
    table = random_table(states=300, tactics=30, seed=1)
    env = SyntheticEnvironment(table)
    answers = {name: [env._one(state(name), tactic(name, i)) for i in range(30)] for name in table}
    gc.collect()
    tracemalloc.start()
    graph = ProofGraph(state(0))
    for node in graph.nodes:
        name = int(node.state.key)
        for i, answer in enumerate(answers[name]):
            graph.add(node, Proposal(tactic(name, i), -1.0), answer)
        graph.exhaust(node)
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(graph.edges) > 5000
    assert used / len(graph.edges) < 1000
