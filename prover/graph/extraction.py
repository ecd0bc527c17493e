"""The least proof that a graph holds, as a tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lean_env.types import Applied, Goal
from prover.graph.store import Edge, Node, ProofGraph
from prover.types import NodeStatus


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof tree: a tactic, and a proof of each state that it leaves.

    Equal sub-proofs may be one object.

    Attributes:
        edge: The tactic, as an edge of the proof graph.
        subproofs: Proofs of `edge.children`, in their order.
    """

    edge: Edge
    subproofs: tuple[Proof, ...]

    @property
    def goals(self) -> tuple[Goal, ...]:
        """The goals of the state in which the tactic runs."""
        return self.edge.parent.state.goals

    @property
    def applied(self) -> Applied:
        """Lean's response to the tactic, which was not rejected."""
        assert isinstance(self.edge.transition, Applied)
        return self.edge.transition

    @property
    def order(self) -> list[int]:
        """The order in which the sub-proofs run, as indices of `subproofs`.

        States of several goals come last, the others in the order in which Lean lists their goals.
        """
        positions = self.positions
        return sorted(range(len(positions)), key=lambda i: (len(positions[i]) > 1, positions[i]))

    @property
    def positions(self) -> tuple[tuple[int, ...], ...]:
        """For each state, the positions of its goals among those that the tactic leaves."""
        return self.applied.positions or tuple((i,) for i in range(len(self.applied.states)))

    def edges(self) -> Iterator[Edge]:
        """The tactics of the whole proof, in the order in which they run."""
        todo = [self]
        while todo:
            proof = todo.pop()
            yield proof.edge
            todo.extend(proof.subproofs[i] for i in reversed(proof.order))


def least_proof(node: Node) -> Proof:
    """The proof of least cost.

    Raises:
        ValueError: `node` is not proved.
    """
    if node.best is None:
        raise ValueError(f"node {node.id} is not proved")
    found: dict[int, Proof] = {}
    for n in sorted(_needed(node), key=lambda n: n.cost):  # what a proof needs costs less than it
        assert n.best is not None
        found[n.id] = Proof(n.best, tuple([found[child.id] for child in n.best.children]))
    return found[node.id]


def proof_edges(graph: ProofGraph) -> set[int]:
    """The ids of the edges of the root's least proof; empty when the root is not proved."""
    if graph.root.status is not NodeStatus.PROVED:
        return set()
    return {edge.id for edge in least_proof(graph.root).edges()}


def edge_to_retract(proof: Proof) -> Edge:
    """The edge to retract from the graph when the verifier refuses a proof.

    Returns:
        The last edge whose node has another way to be proved, so that the search can continue; the
        last edge of the proof if there is none.
    """
    *rest, last = proof.edges()
    for edge in (last, *reversed(rest)):
        node = edge.parent
        others = [e for e in node.edges if e is not edge and e.status is not NodeStatus.FAILED]
        if others or not node.exhausted:
            return edge
    return last


def _needed(node: Node) -> list[Node]:
    """`node` and all nodes that its least proof passes through."""
    seen = {node.id: node}
    todo = [node]
    while todo:
        best = todo.pop().best
        assert best is not None
        new = [child for child in best.children if child.id not in seen]
        seen.update((child.id, child) for child in new)
        todo += new
    return list(seen.values())


def node_depths(graph: ProofGraph) -> list[int]:
    """The least number of tactics from the root to each node, by node id.

    Nodes that a retracted tactic has cut off from the root have depth 0.
    """
    depths = {graph.root.id: 0}
    todo = [graph.root]
    for node in todo:
        for edge in node.edges:
            for child in edge.children:
                if child.id not in depths:
                    depths[child.id] = depths[node.id] + 1
                    todo.append(child)
    return [depths.get(node.id, 0) for node in graph.nodes]
