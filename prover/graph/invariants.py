"""Invariants of a proof graph, computed from scratch: slow, for tests and debugging."""

from __future__ import annotations

from math import inf, isclose

from lean_env.types import Applied, Rejected
from prover.graph.store import Edge, Node, ProofGraph, hypothesis_names, node_key
from prover.types import NodeStatus


def least_costs(graph: ProofGraph) -> list[float]:
    """The least cost of a proof of each node, infinite where there is none (Bellman-Ford)."""
    costs = [inf] * len(graph.nodes)
    while True:
        new = [
            min((e.cost + sum(costs[c.id] for c in e.children) for e in _applied(n)), default=inf)
            for n in graph.nodes
        ]
        if new == costs:
            return costs
        costs = new


def provable(graph: ProofGraph) -> list[bool]:
    """Whether each node is proved or may be, if all open tactics succeeded."""
    may = [not n.exhausted for n in graph.nodes]
    while True:
        new = [
            may[n.id] or any(all(may[c.id] for c in e.children) for e in _applied(n))
            for n in graph.nodes
        ]
        if new == may:
            return may
        may = new


def needed_nodes(graph: ProofGraph) -> set[int]:
    """Ids of the open nodes whose proof could still become part of a proof of the root."""
    found = {graph.root.id} if graph.root.open else set()
    todo = [graph.root]
    for node in todo:
        for edge in node.edges:
            if node.open and edge.status is NodeStatus.OPEN:
                new = [c for c in edge.children if c.open and c.id not in found]
                found.update(child.id for child in new)
                todo += new
    return found


def check(graph: ProofGraph) -> None:
    """Check all statuses, costs and references of a graph.

    Raises:
        AssertionError: The first violation.
    """
    costs, may, needed = least_costs(graph), provable(graph), needed_nodes(graph)
    for node in graph.nodes:
        if costs[node.id] < inf:
            expected = NodeStatus.PROVED
        else:
            expected = NodeStatus.OPEN if may[node.id] else NodeStatus.FAILED
        assert node.status is expected, f"node {node.id} is {node.status}, should be {expected}"
        assert isclose(node.cost, costs[node.id]), f"node {node.id} costs {node.cost}"
        assert graph.needed(node) == (node.id in needed), f"node {node.id}: needed or not"
        _check_node(node)
    for i, edge in enumerate(graph.edges):
        assert edge.id == i
        _check_edge(edge)
    assert len({node_key(n.state) for n in graph.nodes}) == len(graph.nodes), "a state twice"


def _check_node(node: Node) -> None:
    assert all(e.parent is node for e in node.edges)
    assert all(node in e.children for e in node.parents)
    assert len(set(node.parents)) == len(node.parents)
    if node.best is not None:
        assert node.best in node.edges
        assert all(c.cost < node.cost for c in node.best.children), "a proof rests on itself"
        assert isclose(node.cost, node.best.cost + sum(c.cost for c in node.best.children))
    if node.open and node.exhausted:
        _check_support(node)


def _check_support(node: Node) -> None:
    """Following supports from `node` ends."""
    path: list[Node] = []

    def follow(n: Node) -> None:
        assert n not in path, f"the supports of node {n.id} form a cycle"
        if not n.open or not n.exhausted:
            assert n.status is not NodeStatus.FAILED
            return
        assert n.support is not None and n.support in n.edges, f"node {n.id} has no support"
        path.append(n)
        for child in n.support.children:
            follow(child)
        path.pop()

    follow(node)


def _check_edge(edge: Edge) -> None:
    assert edge in edge.parent.edges
    assert all(edge in c.parents for c in edge.children)
    if isinstance(edge.transition, Rejected):
        assert not edge.children
        return
    for state, child in zip(edge.transition.states, edge.children, strict=True):
        assert node_key(state) == node_key(child.state)
        assert (state is child.state) == (hypothesis_names(state) == hypothesis_names(child.state))


def _applied(node: Node) -> list[Edge]:
    return [e for e in node.edges if isinstance(e.transition, Applied)]
