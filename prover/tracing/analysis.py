"""Explanations of what happened to each state of a search, and how its budget was spent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lean_env.types import Rejected
from prover.graph.extraction import node_depths, proof_edges
from prover.graph.store import Edge, Node, ProofGraph
from prover.types import NodeStatus


def explain_nodes(graph: ProofGraph) -> list[str]:
    """Explain for each state, in node order, why it was expanded this far and no further."""
    return [_why(node, graph.needed(node)) for node in graph.nodes]


def _why(node: Node, useful: bool) -> str:
    ran, left = len(node.edges), sum(e.status is not NodeStatus.FAILED for e in node.edges)
    tried = f"{ran} {'tactic' if ran == 1 else 'tactics'} run, {left} of use"
    if node.status is NodeStatus.PROVED:
        count = f"{node.cost:g} {'tactic' if node.cost == 1 else 'tactics'}"
        return f"proved in {count}; {tried}"
    if node.status is NodeStatus.FAILED:
        return f"failed: {tried}" + (", and they lead only to dead ends" if left else "")
    if not useful and ran:
        return f"not needed: what leads here is proved or has failed; {tried}"
    if ran == 0:
        return "not expanded: others had the better priority" + (
            "" if useful else " while it counted"
        )
    if node.exhausted:
        return f"waits for the states below it: {tried}, none left to try"
    return f"expanded in part: {tried}; others had the better priority then"


@dataclass(frozen=True, slots=True)
class BudgetShare:
    """The part of the budget that a group of tactics used.

    Attributes:
        group: What the tactics have in common.
        tactics: How many of them Lean ran.
        seconds: The time that Lean took for them.
    """

    group: str
    tactics: int
    seconds: float


def budget_by(edges: Iterable[Edge], group: Callable[[Edge], str]) -> list[BudgetShare]:
    """Sum up Lean time and tactic counts by group.

    Args:
        edges: The tactics that Lean ran.
        group: Names the group of an edge.

    Returns:
        A share for each group, the one with the most Lean time first.
    """
    count: dict[str, int] = defaultdict(int)
    seconds: dict[str, float] = defaultdict(float)
    for edge in edges:
        name = group(edge)
        count[name] += 1
        seconds[name] += edge.transition.seconds
    found = [BudgetShare(name, count[name], seconds[name]) for name in count]
    return sorted(found, key=lambda share: (-share.seconds, -share.tactics))


def by_outcome(graph: ProofGraph) -> list[BudgetShare]:
    """Break the budget down by part of the proof, applied and unused, or reason of rejection."""
    proof = proof_edges(graph)

    def outcome(edge: Edge) -> str:
        if edge.id in proof:
            return "part of the proof"
        if isinstance(edge.transition, Rejected):
            return f"rejected: {edge.transition.reason.value.replace('_', ' ')}"
        return f"applied, {edge.status.value}"

    return budget_by(graph.edges, outcome)


def by_tactic(graph: ProofGraph) -> list[BudgetShare]:
    """Break the budget down by the first word of each tactic."""
    return budget_by(graph.edges, lambda edge: edge.proposal.tactic.split(maxsplit=1)[0])


def by_depth(graph: ProofGraph) -> list[BudgetShare]:
    """Break the budget down by the depth of the state that each tactic ran on, in depth order."""
    depths = node_depths(graph)
    found = budget_by(graph.edges, lambda edge: str(depths[edge.parent.id]))
    return sorted(found, key=lambda share: int(share.group))
