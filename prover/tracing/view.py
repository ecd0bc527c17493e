"""A search as plain data for pages: the whole of it, or what changed since the last look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from lean_env.types import Rejected
from prover.graph.extraction import node_depths, proof_edges
from prover.graph.store import Edge, Node, ProofGraph
from prover.tracing.analysis import BudgetShare, by_depth, by_outcome, by_tactic, explain_nodes
from prover.tracing.trace import Trace

Record = dict[str, Any]

MESSAGE_LENGTH = 600
"""Characters of Lean's message on a rejected tactic that are kept for a page."""


def search_view(trace: Trace) -> Record:
    """Describe a search with its states, tactics and shares of the budget.

    Args:
        trace: The search.

    Returns:
        Values that `json.dumps` takes; `edges` of a node and `children` of an edge are indices.
    """
    graph = trace.graph
    proof, depths, why = proof_edges(graph), node_depths(graph), explain_nodes(graph)
    return {
        "name": trace.name,
        "search": trace.search,
        "status": trace.status,
        "stop": trace.stop,
        "proof": trace.proof,
        "stats": asdict(trace.stats),
        "statement": graph.root.state.theorem.statement,
        "shares": {
            "by outcome": _shares(by_outcome(graph)),
            "by tactic": _shares(by_tactic(graph)),
            "by depth": _shares(by_depth(graph)),
        },
        "nodes": [
            _node(node) | {"depth": depths[node.id], "why": why[node.id]} for node in graph.nodes
        ],
        "edges": [_edge(edge) | {"proof": edge.id in proof} for edge in graph.edges],
    }


class GraphChanges:
    """What one watcher of a running search has not been told yet."""

    def __init__(self) -> None:
        self._told: list[tuple[object, ...]] = []
        self._edges = 0

    def next(self, graph: ProofGraph) -> Record:
        """Describe the new states and tactics, and the earlier states that have changed.

        Args:
            graph: The graph, which has only grown since the last call.

        Returns:
            `nodes` and `edges` to append to those told earlier, and `changed`: index, status,
            cost and priority of states told earlier.
        """
        known = len(self._told)
        now = [_changing(node) for node in graph.nodes]
        changed = [
            [i, *new]
            for i, (old, new) in enumerate(zip(self._told, now[:known], strict=True))
            if old != new
        ]
        record = {
            "nodes": [_node(node) for node in graph.nodes[known:]],
            "edges": [_edge(edge) for edge in graph.edges[self._edges :]],
            "changed": changed,
        }
        self._told, self._edges = now, len(graph.edges)
        return record


def _changing(node: Node) -> tuple[object, ...]:
    return node.status, node.cost if node.best else None, node.priority


def _shares(found: Sequence[BudgetShare]) -> list[list[object]]:
    return [[s.group, s.tactics, round(s.seconds, 3)] for s in found[:25]]


def _node(node: Node) -> Record:
    return {
        "text": node.state.text,
        "status": node.status,
        "priority": node.priority,
        "value": node.value,
        "cost": node.cost if node.best else None,
    }


def _edge(edge: Edge) -> Record:
    transition = edge.transition
    record: Record = {
        "parent": edge.parent.id,
        "tactic": edge.proposal.tactic,
        "source": edge.proposal.source,
        "logprob": round(edge.proposal.logprob, 3),
        "ms": round(transition.seconds * 1000, 1),
        "children": [child.id for child in edge.children],
    }
    if isinstance(transition, Rejected):
        message = transition.message[:MESSAGE_LENGTH]
        record |= {"reason": transition.reason, "message": message}
    return record
