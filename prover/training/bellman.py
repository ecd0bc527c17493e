"""Fitted value iteration on a proof graph: what V and Q ought to be, given what is known.

    V(s) = min over a of Q(s, a)        Q(s, a) = 1 + Σ V(s') over the states s' that a leaves

where the sum is 0 for a tactic that closes everything.  What Lean rejects, and what the search did
not prove in spite of trying, costs `cap`.  States on which nothing was run yet cost what the
current network says; where there is none, nothing is known about them.

What was refused only because it uses what the library declares later, Lean took, and would take
from a user.  So a tactic that always closes all goals costs 1, as it would there; of others nobody
knows what they would leave.  Of one that uses the very theorem to be proved, nothing is known, nor
of one struck out of a proof that the gate did not accept: which one is to blame was a guess.
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
"""So many tactics must have been run on an open state before it counts as not provable."""

CLOSING_TACTICS = frozenset(
    ("ac_rfl", "assumption", "contradiction", "decide", "exact?", "grind", "omega", "rfl")
)
"""Tactics that fail if they leave anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackedUpCosts:
    """`of` is V of each node by its number; a node that is not in it is not known.  `theorem` names
    what is proved.  `verified`: the gate accepted the proof of the root, and what the graph holds
    to be proved may be used."""

    of: Mapping[int, float]
    cap: float
    theorem: str
    verified: bool

    def value(self, node: Node) -> float | None:
        return self.of.get(node.id)

    def q(self, edge: Edge) -> float | None:
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
    """The costs of a graph's nodes.  `leaf` is asked about open nodes on which nothing was run."""
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
    """Whether a tactic, out of reach in the library, closes the goal where all of that is known."""
    if not isinstance(edge.transition, Rejected) or message_class(edge.transition) != OUT_OF_REACH:
        return False
    last = edge.proposal.tactic.rsplit("<;>", 1)[-1].split()
    return last[0] in CLOSING_TACTICS and declared_later(edge.transition) != theorem


def _applied(node: Node) -> list[Edge]:
    return [edge for edge in node.edges if not isinstance(edge.transition, Rejected)]


def _unknown(edge: Edge) -> bool:
    """A refusal that does not say that the tactic is worth nothing."""
    rejected = edge.transition
    return isinstance(rejected, Rejected) and message_class(rejected) in (
        OUT_OF_REACH,
        REFUSED_BY_GATE,
    )


def _below(edge: Edge, known: Mapping[int, float]) -> float:
    return sum(known.get(child.id, inf) for child in edge.children)
