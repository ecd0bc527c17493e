"""The AND/OR proof graph: everything that Lean answered, kept.

OR nodes are proof states: one of their edges has to be proved.  AND nodes are edges, tactics that
were run on a state: all their children have to be proved.  Rejected tactics are edges too, without
children.  Equal states met on different paths are one node, so the graph may have cycles.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import inf

from lean_env.types import Applied, ProofState, Rejected, Tactic, Transition
from prover.graph import status
from prover.types import NodeStatus, Proposal


@dataclass(slots=True, eq=False)
class Node:
    """An OR node: a proof state.

    Attributes:
        id: Its index in `ProofGraph.nodes`.
        state: The first state met with this key; others may have other names of hypotheses.
        edges: The tactics that were run on it.
        parents: The tactics that led to it.
        status: Open, proved or failed.
        cost: The least known cost of a proof; infinite if there is none.
        best: The edge with which a proof of that cost begins.
        exhausted: Whether no further tactic will be run here.
        support: See `prover.graph.status`.
        value: V(s), as estimated when the state was met.  This and the two below are kept for
            explanations and training.
        scores: Q(s, a) of its tactics, as estimated before they ran.
        priority: The last priority that a search gave it.
    """

    id: int
    state: ProofState
    edges: list[Edge] = field(default_factory=list, repr=False)
    parents: list[Edge] = field(default_factory=list, repr=False)
    status: NodeStatus = NodeStatus.OPEN
    cost: float = inf
    best: Edge | None = field(default=None, repr=False)
    exhausted: bool = False
    support: Edge | None = field(default=None, repr=False)
    value: float | None = None
    scores: dict[Tactic, float] = field(default_factory=dict)
    priority: float | None = None

    @property
    def open(self) -> bool:
        """Whether the state is neither proved nor failed."""
        return self.status is NodeStatus.OPEN


@dataclass(slots=True, eq=False)
class Edge:
    """An AND node: a tactic that Lean ran on `parent`, with the outcome.

    Attributes:
        id: Its index in `ProofGraph.edges`.
        parent: The node of the state on which it ran.
        proposal: The tactic.
        transition: Lean's response.
        children: `children[i]` is the node of `transition.states[i]`.  That state is
            `children[i].state` itself unless the two differ in the names of hypotheses.
        cost: What the tactic adds to the cost of a proof.
    """

    id: int
    parent: Node = field(repr=False)
    proposal: Proposal
    transition: Transition = field(repr=False)
    children: tuple[Node, ...] = field(repr=False)
    cost: float

    @property
    def status(self) -> NodeStatus:
        """Proved if all children are; failed if it was rejected or a child failed; else open."""
        if len(self.children) == 1:  # most often, and asked for at every turn
            return self.children[0].status
        if isinstance(self.transition, Rejected):
            return NodeStatus.FAILED
        found = [child.status for child in self.children]
        if NodeStatus.FAILED in found:
            return NodeStatus.FAILED
        return NodeStatus.OPEN if NodeStatus.OPEN in found else NodeStatus.PROVED


Cost = Callable[[Proposal], float]
"""What a tactic adds to the cost of a proof; more than 0."""


def unit_cost(_proposal: Proposal) -> float:
    """1 per tactic: the cost of a proof is its number of tactics."""
    return 1.0


def negative_log_prob(proposal: Proposal) -> float:
    """-log P(a | s) under the policy, at least 1e-6, because costs must be positive."""
    return max(-proposal.logprob, 1e-6)


EDGE_BYTES = 1000
"""What an edge takes beyond its text, with its share of the nodes and of what searches remember."""


class ProofGraph:
    """The AND/OR graph of a search.

    Attributes:
        nodes: All nodes, by id.
        edges: All edges, by id.
        root: The node of the theorem's first state.
        settled: Nodes that were proved or failed since somebody last emptied this list.
        bytes: Approximate size in memory, in bytes.
    """

    def __init__(self, root: ProofState, cost: Cost = unit_cost) -> None:
        self.nodes: list[Node] = []
        self.edges: list[Edge] = []
        self.settled: list[Node] = []
        self.bytes = 0
        self._cost = cost
        self._by_name: dict[object, Node] = {}
        self.root = self.node(root)
        self._useful = {self.root.id}  # found to be needed since the last change of a status

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from prover.graph.drawing import to_svg

        return to_svg(self)

    def node(self, state: ProofState) -> Node:
        """The node of `state`, made if there is none."""
        name = node_key(state)
        node = self._by_name.get(name)
        if node is None:
            node = self._by_name[name] = Node(len(self.nodes), state)
            self.nodes.append(node)
            self.bytes += _text_bytes(state)
        return node

    def add(self, parent: Node, proposal: Proposal, transition: Transition) -> Edge:
        """Add a tactic that was run, and update the statuses that depend on it.

        Args:
            parent: The node of the state on which it ran.
            proposal: The tactic.
            transition: Lean's response.

        Returns:
            The new edge.

        Raises:
            ValueError: The node is exhausted, or the tactic's cost is not positive.
        """
        cost = self._cost(proposal)
        if parent.exhausted or not cost > 0:
            raise ValueError(f"node {parent.id} is exhausted, or cost {cost} is not positive")
        children: tuple[Node, ...] = ()
        if isinstance(transition, Applied):
            children = tuple([self.node(s) for s in transition.states])
            transition = _share_names(transition, children)
        edge = Edge(len(self.edges), parent, proposal, transition, children, cost)
        self.edges.append(edge)
        self.bytes += EDGE_BYTES
        parent.edges.append(edge)
        for child in dict.fromkeys(children):
            child.parents.append(edge)
        if edge.status is NodeStatus.PROVED:
            self._settle(status.prove_upward(edge))
        return edge

    def exhaust(self, node: Node) -> None:
        """Accept no more tactics for `node`; it fails unless an edge may still prove it."""
        if not node.exhausted:
            node.exhausted = True
            self._settle(status.fail_upward(node))

    def reopen(self, node: Node) -> None:
        """Accept tactics for an exhausted node again.

        Raises:
            ValueError: The node has failed.
        """
        if node.status is NodeStatus.FAILED:
            raise ValueError(f"node {node.id} has failed")
        node.exhausted, node.support = False, None

    def retract(self, edge: Edge, why: Rejected) -> None:
        """Count an applied tactic as rejected for the reason `why`, and update all statuses."""
        for child in dict.fromkeys(edge.children):
            child.parents.remove(edge)
        edge.children, edge.transition = (), why
        self.settled, self._useful = status.rebuild(self.nodes), {self.root.id}

    def needed(self, node: Node) -> bool:
        """Whether a proof of `node` could still become part of a proof of the root.

        This holds if a path leads up to the root through open nodes and edges.  New edges only add
        paths, so the result is remembered until a status changes.
        """
        if node.id not in self._useful:
            self._useful.update(status.path_up(node, self._useful))
        return self.root.open and node.id in self._useful

    def _settle(self, nodes: list[Node]) -> None:
        if nodes:
            self.settled += nodes
            self._useful = {self.root.id}


def node_key(state: ProofState) -> object:
    """The key that tells nodes apart: that of the state.

    Where several goals share metavariables, hypotheses cannot be renamed in a proof, because a
    script would have to revert them; there the key includes their names.
    """
    return state.key if len(state.goals) == 1 else (state.key, hypothesis_names(state))


def hypothesis_names(state: ProofState) -> tuple[tuple[str | None, ...], ...]:
    """The names of the hypotheses, one tuple per goal; None for inaccessible ones."""
    return tuple(
        [tuple([h.name if h.accessible else None for h in g.hypotheses]) for g in state.goals]
    )


def _text_bytes(state: ProofState) -> int:
    return sum([len(g.target) + sum([len(h.type) for h in g.hypotheses]) for g in state.goals])


def _share_names(applied: Applied, children: tuple[Node, ...]) -> Applied:
    """Replace states by their nodes' own where names agree: one copy of a text is enough."""
    states = tuple(
        [
            child.state
            if state is child.state or hypothesis_names(state) == hypothesis_names(child.state)
            else state
            for state, child in zip(applied.states, children, strict=True)
        ]
    )
    if all(new is old for new, old in zip(states, applied.states, strict=True)):
        return applied
    return replace(applied, states=states)
