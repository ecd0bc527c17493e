"""Targets of fitted value iteration, by Bellman backups through a proof graph.

    V(s) = min over a of Q(s, a)        Q(s, a) = 1 + Σ V(s') over the states s' that a leaves

where the sum is 0 for a tactic that closes all goals.  Fitted value iteration (Gordon 1995; for A*
heuristics, Agostinelli et al., arXiv 2102.04518) alternates these backups with fitting the network
to them.  Tactics that Lean rejects, and states that the search tried and did not prove, cost `cap`.
An unexpanded state costs what the current network predicts; without a network it is unknown.

A tactic that is rejected only because it uses something that the library declares later is valid
Lean, and would be accepted from a user.  So a tactic that always closes all goals costs 1 in this
case, and the cost of others is unknown, since what they would leave is.  The cost of a tactic that
uses the theorem to be proved itself is unknown, as is that of one blamed for a proof that the gate
refused: which of its tactics is at fault was a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf

from lean_env.types import Rejected
from prover.datasets.error_kinds import OUT_OF_REACH, REFUSED_BY_GATE, declared_later, message_class
from prover.graph.store import Edge, Node, ProofGraph
from prover.types import NodeStatus

MIN_TACTICS_TRIED = 16
"""Tactics that must have been run on an open state before it counts as not provable."""

CLOSING_TACTICS = frozenset(
    ("ac_rfl", "assumption", "contradiction", "decide", "exact?", "grind", "omega", "rfl")
)
"""Tactics that fail if they leave anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackedUpCosts:
    """V and Q of a proof graph, in steps.

    Attributes:
        of: V of each node by node id; unknown for nodes that are not in it.
        cap: The cost of what is not provable.
        theorem: Name of the theorem to be proved.
        verified: Whether the gate accepted the root's proof; if not, the status `proved` of the
            graph's nodes and edges is not used.
    """

    of: Mapping[int, float]
    cap: float
    theorem: str
    verified: bool

    def value(self, node: Node) -> float | None:
        """Return V of a node in steps, at most `cap`; None if unknown."""
        return self.of.get(node.id)

    def q(self, edge: Edge) -> float | None:
        """Compute Q of an edge in steps, at most `cap`; None if unknown."""
        if isinstance(edge.transition, Rejected):
            if closes_elsewhere(edge, self.theorem):
                return 1.0
            return None if _unknown(edge) else self.cap
        if edge.status is NodeStatus.PROVED and not self.verified:
            return None
        below = [self.of.get(child.id) for child in edge.children]
        if any(cost is not None and cost >= self.cap for cost in below):
            return self.cap
        if None in below:
            return None
        return min(1.0 + sum(cost for cost in below if cost is not None), self.cap)


def back_up(
    graph: ProofGraph,
    cap: float,
    leaf: Callable[[Node], float | None],
    *,
    theorem: str = "",
    verified: bool,
) -> BackedUpCosts:
    """Compute V of a graph's nodes by Bellman backups until nothing changes.

    Args:
        graph: The proof graph.
        cap: The cost of what is not provable, in steps.
        leaf: Predicts V of an open node on which nothing was run; None if unknown.
        theorem: Name of the theorem to be proved.
        verified: Whether the gate accepted the root's proof.
    """
    tried = [node for node in graph.nodes if node.edges]
    costs = {node.id: leaf(node) for node in graph.nodes if not node.edges and node.open}
    known = {id: cost for id, cost in costs.items() if cost is not None}
    known |= {n.id: 1.0 for n in tried if any(closes_elsewhere(e, theorem) for e in n.edges)}
    usable = [n for n in tried if verified or n.status is not NodeStatus.PROVED]
    changed = True
    while changed:  # Bellman-Ford: costs only fall, and all edges cost something
        changed = False
        for node in usable:
            cost = min((1 + _below(edge, known) for edge in _applied(node)), default=inf)
            if cost < min(known.get(node.id, inf), cap):
                known[node.id] = cost
                changed = True
    for node in graph.nodes:
        given_up = node.status is NodeStatus.FAILED or (
            node.open and len(node.edges) >= MIN_TACTICS_TRIED
        )
        if given_up and not any(_unknown(edge) for edge in node.edges):
            known.setdefault(node.id, cap)
    return BackedUpCosts(of=known, cap=cap, theorem=theorem, verified=verified)


def closes_elsewhere(edge: Edge, theorem: str) -> bool:
    """Check whether a tactic, rejected as out of reach, closes the goal outside the library.

    Args:
        edge: The tactic.
        theorem: Name of the theorem to be proved, which it must not use.
    """
    if not isinstance(edge.transition, Rejected) or message_class(edge.transition) != OUT_OF_REACH:
        return False
    last = edge.proposal.tactic.rsplit("<;>", 1)[-1].split()
    return last[0] in CLOSING_TACTICS and declared_later(edge.transition) != theorem


def _applied(node: Node) -> list[Edge]:
    return [edge for edge in node.edges if not isinstance(edge.transition, Rejected)]


def _unknown(edge: Edge) -> bool:
    """Check for a rejection that does not mean that the tactic is useless."""
    rejected = edge.transition
    return isinstance(rejected, Rejected) and message_class(rejected) in (
        OUT_OF_REACH,
        REFUSED_BY_GATE,
    )


def _below(edge: Edge, known: Mapping[int, float]) -> float:
    return sum(known.get(child.id, inf) for child in edge.children)
