"""Which nodes are proved, at what least cost, and which have failed.

Proved is a least fixed point: a node is proved when an edge is, an edge when all its children are.
It grows upward from edges that close a state, so no proof rests on itself.

Failed is the complement of another least fixed point.  A node *may be proved* when it is proved,
when it is still open for tactics, or when an edge is left all of whose children may be proved.
What supports itself only through a cycle is thus failed.  So that failing stays cheap, each
exhausted node remembers one such edge as its `support`; supports never form a cycle.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from math import inf
from typing import TYPE_CHECKING

from lean_env.types import Rejected
from prover.types import NodeStatus

if TYPE_CHECKING:
    from prover.graph.store import Edge, Node


def prove_upward(*proved: Edge) -> list[Node]:
    """Update statuses and least costs above edges that were just proved.

    Uses Knuth's generalisation of Dijkstra's algorithm ("A generalization of Dijkstra's algorithm",
    1977), with the sum over the children as superior function.

    Returns:
        The nodes that became proved.
    """
    queue: list[tuple[float, int, Node]] = []
    newly: list[Node] = []

    def offer(edge: Edge) -> None:
        node = edge.parent
        cost = edge.cost + sum([child.cost for child in edge.children])
        if cost < node.cost:
            if node.status is not NodeStatus.PROVED:
                newly.append(node)
            node.status, node.cost, node.best = NodeStatus.PROVED, cost, edge
            heappush(queue, (cost, node.id, node))

    for edge in proved:
        offer(edge)
    while queue:
        cost, _, node = heappop(queue)
        if cost == node.cost:
            for edge in node.parents:
                offer(edge)  # an unproved child makes the sum infinite
    return newly


def fail_upward(node: Node) -> list[Node]:
    """Update statuses after `node` was exhausted.

    Returns:
        The nodes that failed.
    """
    if not node.open:
        return []
    loose = _resting_on(node)
    _find_supports(loose)
    for dead in loose.values():
        dead.status, dead.support = NodeStatus.FAILED, None
    return list(loose.values())


def _resting_on(node: Node) -> dict[int, Node]:
    """`node` and all open nodes whose support, or its support's support, needs it."""
    found = {node.id: node}
    queue = [node]
    while queue:
        for edge in queue.pop().parents:
            parent = edge.parent
            if parent.support is edge and parent.open and parent.id not in found:
                found[parent.id] = parent
                queue.append(parent)
    return found


def _find_supports(loose: dict[int, Node]) -> None:
    """Give a new support to each node of `loose` that has one, and take it out."""
    queue = deque(loose.values())
    while queue:
        node = queue.popleft()
        if node.id not in loose:
            continue
        for edge in node.edges:
            if _may_be_proved(edge, loose):
                node.support = edge
                del loose[node.id]
                queue.extend(e.parent for e in node.parents if e.parent.id in loose)
                break


def _may_be_proved(edge: Edge, loose: dict[int, Node]) -> bool:
    if isinstance(edge.transition, Rejected):
        return False
    return all([c.status is not NodeStatus.FAILED and c.id not in loose for c in edge.children])


def rebuild(nodes: Sequence[Node]) -> list[Node]:
    """Compute all statuses and least costs from scratch.

    Returns:
        The nodes that are proved or failed.
    """
    for node in nodes:
        node.status, node.cost, node.best, node.support = NodeStatus.OPEN, inf, None, None
    proved = prove_upward(*_closing(nodes))
    loose = {node.id: node for node in nodes if node.open and node.exhausted}
    _find_supports(loose)
    for node in loose.values():
        node.status = NodeStatus.FAILED
    return proved + list(loose.values())


def _closing(nodes: Iterable[Node]) -> list[Edge]:
    return [e for n in nodes for e in n.edges if e.status is NodeStatus.PROVED]


def path_up(node: Node, useful: set[int]) -> list[int]:
    """Find a path upward from `node`, through open nodes and edges, to a node of `useful`.

    Args:
        node: Where the path begins.
        useful: Ids of the nodes at which it may end.

    Returns:
        The ids of the nodes on the path, without the last one; empty when there is no path.
    """
    if not node.open:
        return []
    way = [node.id]
    seen = {node.id}
    choices = [iter(node.parents)]
    while choices:
        for edge in choices[-1]:  # the first way found is mostly still open
            parent = edge.parent
            if parent.open and parent.id not in seen and edge.status is NodeStatus.OPEN:
                if parent.id in useful:
                    return way
                seen.add(parent.id)
                way.append(parent.id)
                choices.append(iter(parent.parents))
                break
        else:
            choices.pop()
            way.pop()
    return []
