"""The least proof that a graph holds, as a tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lean_env.types import Applied, Goal
from prover.graph.store import Edge, Node, ProofGraph
from prover.types import NodeStatus


@dataclass(frozen=True, slots=True)
class Proof:
    """A tactic and a proof of each state that it leaves.

    `goals` are those that the tactic was run on.  Equal sub-proofs may be one object.
    """

    edge: Edge
    subproofs: tuple[Proof, ...]

    @property
    def goals(self) -> tuple[Goal, ...]:
        return self.edge.parent.state.goals

    @property
    def applied(self) -> Applied:
        assert isinstance(self.edge.transition, Applied)
        return self.edge.transition

    @property
    def order(self) -> list[int]:
        """In which order the sub-proofs run: states of several goals come last, the rest as Lean
        lists the goals."""
        positions = self.positions
        return sorted(range(len(positions)), key=lambda i: (len(positions[i]) > 1, positions[i]))

    @property
    def positions(self) -> tuple[tuple[int, ...], ...]:
        """The places of each state's goals among the goals that the tactic leaves."""
        return self.applied.positions or tuple((i,) for i in range(len(self.applied.states)))

    def edges(self) -> Iterator[Edge]:
        """In the order in which the tactics run."""
        todo = [self]
        while todo:
            proof = todo.pop()
            yield proof.edge
            todo.extend(proof.subproofs[i] for i in reversed(proof.order))


def least_proof(node: Node) -> Proof:
    """The proof of least cost.  Raises `ValueError` when there is none."""
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
    """The edge to retract from the graph when the gate refuses a proof.

    That is the last one that something else may replace, so that the search can continue, or just
    the last one.
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
