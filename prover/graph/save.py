"""Save a proof graph as plain data and load it again, so that a search can be continued.

Statuses and least costs are not saved: loading computes them.
"""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from lean_env.types import (
    Applied,
    Goal,
    Hypothesis,
    Origin,
    ProofState,
    Rejected,
    RejectionReason,
    Theorem,
    Transition,
)
from prover.graph.store import Cost, Edge, Node, ProofGraph, unit_cost
from prover.types import Proposal

Record = dict[str, Any]

FORMAT = 1


def dump(graph: ProofGraph) -> Record:
    """The graph as values that `json.dumps` takes."""
    return {
        "format": FORMAT,
        "theorem": asdict(graph.root.state.theorem),
        "nodes": [_node(graph, node) for node in graph.nodes],
        "edges": [_edge(edge) for edge in graph.edges],
    }


def load(record: Record, cost: Cost = unit_cost) -> ProofGraph:
    """Load a graph from the record that `dump` made.

    No Lean process holds its states: they are replayed when they are needed.

    Args:
        record: The record.
        cost: The cost function with which the graph was made.

    Raises:
        ValueError: The record is not a graph of this format.
    """
    try:
        if record["format"] != FORMAT:
            raise ValueError(f"format {record['format']}, not {FORMAT}")
        return _load(record, cost)
    except (KeyError, TypeError, IndexError) as error:
        raise ValueError(f"not a saved proof graph: {type(error).__name__} {error}") from error


def _load(record: Record, cost: Cost) -> ProofGraph:
    theorem = Theorem(**record["theorem"])
    first, *rest = record["nodes"]
    graph = ProofGraph(ProofState(first["key"], theorem, goals_of(first["goals"])), cost)
    for r in rest:
        origin = None
        if r["origin"]:
            parent, tactic, index = r["origin"]
            origin = Origin(graph.nodes[parent].state, tactic, index)
        graph.node(ProofState(r["key"], theorem, goals_of(r["goals"]), origin))
    for r in record["edges"]:
        proposal = Proposal(r["tactic"], r["logprob"], r["source"], r["tokens"])
        graph.add(graph.nodes[r["parent"]], proposal, _transition(graph, r))
    for node, r in zip(graph.nodes, record["nodes"], strict=True):
        node.priority = r["priority"]
        if r["exhausted"]:
            graph.exhaust(node)
    graph.settled = []
    return graph


def _node(graph: ProofGraph, node: Node) -> Record:
    state, origin = node.state, node.state.origin
    return {
        "key": state.key,
        "goals": [goal_record(goal) for goal in state.goals],
        "origin": origin and [graph.node(origin.parent).id, origin.tactic, origin.index],
        "exhausted": node.exhausted,
        "priority": node.priority,
    }


def _edge(edge: Edge) -> Record:
    proposal, transition = edge.proposal, edge.transition
    record: Record = {
        "parent": edge.parent.id,
        "tactic": proposal.tactic,
        "logprob": proposal.logprob,
        "source": proposal.source,
        "tokens": proposal.tokens,
        "seconds": transition.seconds,
    }
    if isinstance(transition, Rejected):
        return record | {"reason": str(transition.reason), "message": transition.message}
    return record | {
        "children": [child.id for child in edge.children],
        "names": {  # the states whose hypotheses have other names than their node's
            str(i): [goal_record(goal) for goal in state.goals]
            for i, (state, child) in enumerate(zip(transition.states, edge.children, strict=True))
            if state is not child.state
        },
        "positions": transition.positions,
        "messages": transition.messages,
    }


def _transition(graph: ProofGraph, record: Record) -> Transition:
    if "reason" in record:
        return Rejected(RejectionReason(record["reason"]), record["message"], record["seconds"])
    parent, theorem = graph.nodes[record["parent"]].state, graph.root.state.theorem
    states = []
    for i, child in enumerate(record["children"]):
        state = graph.nodes[child].state
        if str(i) in record["names"]:
            origin = Origin(parent, record["tactic"], i)
            state = ProofState(state.key, theorem, goals_of(record["names"][str(i)]), origin)
        states.append(state)
    positions = tuple(tuple(group) for group in record["positions"])
    return Applied(tuple(states), positions, tuple(record["messages"]), record["seconds"])


def goal_record(goal: Goal) -> Record:
    """A goal as plain data, for `goals_of`."""
    return {
        "target": goal.target,
        "case": goal.case,
        "hypotheses": [_hypothesis(h) for h in goal.hypotheses],
    }


def _hypothesis(hypothesis: Hypothesis) -> Record:
    """Without what is as usual."""
    return {
        f.name: value
        for f in fields(hypothesis)
        if (value := getattr(hypothesis, f.name)) != f.default
    }


def goals_of(records: list[Record]) -> tuple[Goal, ...]:
    """The goals of which these are the records."""
    return tuple(
        Goal(r["target"], tuple(Hypothesis(**h) for h in r["hypotheses"]), r["case"])
        for r in records
    )
