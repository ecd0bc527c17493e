"""The graph as a picture: DOT for Graphviz, SVG for everything else."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING

from lean_env.types import Rejected
from prover.types import NodeStatus

if TYPE_CHECKING:
    from prover.graph.store import Edge, Node, ProofGraph

COLOURS = {NodeStatus.PROVED: "#15803d", NodeStatus.FAILED: "#b91c1c", NodeStatus.OPEN: "#a16207"}

WIDTH, HEIGHT, GAP = 150, 64, 14
"""Of the place of a state in the SVG, in pixels, and between two."""


def to_dot(graph: ProofGraph) -> str:
    """States as boxes, applied tactics as points from which arrows lead to what they left.

    Rejected tactics are left out: they lead nowhere.
    """
    lines = ["digraph proof {", "  node [shape=box, style=rounded];"]
    for node in graph.nodes:
        label = json.dumps(node.state.text, ensure_ascii=False)
        lines.append(f'  s{node.id} [label={label}, color="{COLOURS[node.status]}"];')
    for edge in _applied(graph):
        label = json.dumps(edge.proposal.tactic, ensure_ascii=False)
        lines.append(f'  t{edge.id} [shape=point, color="{COLOURS[edge.status]}"];')
        lines.append(f"  s{edge.parent.id} -> t{edge.id} [label={label}, arrowhead=none];")
        lines += [f"  t{edge.id} -> s{child.id};" for child in dict.fromkeys(edge.children)]
    return "\n".join([*lines, "}", ""])


def to_svg(graph: ProofGraph) -> str:
    """Each state below the first that led to it; further ways to it are dashed."""
    first = _first_ways(graph)
    places = _places(graph, first)
    shapes = [
        _arrow(edge, child, places, dashed=first.get(child.id) is not edge)
        for edge in _applied(graph)
        for child in dict.fromkeys(edge.children)
        if edge.parent.id in places
    ]
    shapes += [_box(node, *places[node.id]) for node in graph.nodes if node.id in places]
    width = max(x for x, _ in places.values()) + WIDTH + GAP
    height = max(y for _, y in places.values()) + HEIGHT + GAP
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" '
            'font-family="monospace" font-size="10">',
            f'<rect width="{width:g}" height="{height:g}" fill="white"/>',
            *shapes,
            "</svg>",
            "",
        ]
    )


def _applied(graph: ProofGraph) -> list[Edge]:
    return [edge for edge in graph.edges if not isinstance(edge.transition, Rejected)]


def _first_ways(graph: ProofGraph) -> dict[int, Edge]:
    """The edge by which a search outward from the root first meets each node."""
    first: dict[int, Edge] = {}
    todo = [graph.root]
    for node in todo:
        for edge in node.edges:
            for child in edge.children:
                if child is not graph.root and child.id not in first:
                    first[child.id] = edge
                    todo.append(child)
    return first


def _places(graph: ProofGraph, first: dict[int, Edge]) -> dict[int, tuple[float, float]]:
    """Leaves side by side in the order of a walk, every other state above the middle of its own."""
    below: dict[int, list[Node]] = {graph.root.id: []}
    for child_id, edge in first.items():
        below.setdefault(edge.parent.id, []).append(graph.nodes[child_id])
    places: dict[int, tuple[float, float]] = {}
    leaves = 0
    todo: list[tuple[Node, int, bool]] = [(graph.root, 0, False)]
    while todo:
        node, depth, ready = todo.pop()
        children = below.get(node.id, [])
        y = GAP + depth * (HEIGHT + 3 * GAP)
        if not children:
            places[node.id] = (GAP + leaves * (WIDTH + GAP), y)
            leaves += 1
        elif ready:
            xs = [places[child.id][0] for child in children]
            places[node.id] = ((xs[0] + xs[-1]) / 2, y)
        else:
            todo.append((node, depth, True))
            todo += [(child, depth + 1, False) for child in reversed(children)]
    return places


def _box(node: Node, x: float, y: float) -> str:
    text = node.state.text
    lines = [line[:24] for line in text.split("\n")[-4:]]
    rows = "".join(f'<tspan x="{x + 6:g}" dy="13">{escape(line)}</tspan>' for line in lines if line)
    return (
        f'<g><title>{escape(text)}</title><rect x="{x:g}" y="{y:g}" width="{WIDTH}" '
        f'height="{HEIGHT}" rx="6" fill="white" stroke="{COLOURS[node.status]}"/>'
        f'<text y="{y:g}">{rows}</text></g>'
    )


def _arrow(edge: Edge, child: Node, places: dict[int, tuple[float, float]], *, dashed: bool) -> str:
    x1, y1 = places[edge.parent.id]
    x2, y2 = places[child.id]
    x1, y1, x2 = x1 + WIDTH / 2, y1 + HEIGHT, x2 + WIDTH / 2
    look = ' stroke-dasharray="3 3"' if dashed else ""
    tactic = edge.proposal.tactic
    label = (
        ""
        if dashed
        else (f'<text x="{x2 + 3:g}" y="{y2 - 6:g}" fill="#1d4ed8">{escape(tactic[:24])}</text>')
    )
    return (
        f'<g><title>{escape(tactic)}</title><path d="M{x1:g} {y1:g} L{x2:g} {y2:g}" fill="none" '
        f'stroke="{COLOURS[edge.status]}"{look}/>{label}</g>'
    )
