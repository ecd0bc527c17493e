"""A search as a tree on the terminal."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from lean_env.types import Rejected
from prover.graph.extraction import proof_edges
from prover.graph.store import Edge, Node, ProofGraph
from prover.runs.progress import count
from prover.tracing.analysis import by_outcome, by_tactic, explain_nodes
from prover.tracing.trace import Trace
from prover.types import NodeStatus, TheoremStatus

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table
    from rich.text import Text
    from rich.tree import Tree

LONGEST = 48
"""Characters shown of a goal or a tactic, to leave room for the annotation beside it."""

MARKS = {
    NodeStatus.PROVED: ("✓", "green"),
    NodeStatus.FAILED: ("✗", "red"),
    NodeStatus.OPEN: ("…", "yellow"),
}


def report(trace: Trace, most: int = 40) -> list[RenderableType]:
    """Render a trace for a terminal.

    Args:
        trace: The search.
        most: The largest number of states to show; the proof is shown whole.

    Returns:
        A headline, the tree of states and tactics, and a table of where the budget went.
    """
    graph, used = trace.graph, trace.stats
    stop = "" if trace.status is TheoremStatus.PROVED else f" ({trace.stop.replace('_', ' ')})"
    headline = (
        f"{trace.name}: {trace.status} by {trace.search}{stop}; "
        f"{count(used.lean_calls, 'tactic')} run, {count(len(graph.nodes), 'state')}, "
        f"{used.seconds:.1f} s"
    )
    return [headline, _Drawing(graph, most).tree(), "", _budget(graph)]


class _Drawing:
    def __init__(self, graph: ProofGraph, most: int) -> None:
        self._graph, self._left = graph, most
        self._proof, self._why = proof_edges(graph), explain_nodes(graph)
        self._shown: set[int] = set()

    def tree(self) -> Tree:
        """Build the tree breadth-first, so that deep states are omitted first."""
        from rich.tree import Tree

        root = Tree(self._state(self._graph.root))
        todo = [(self._graph.root, root)]
        self._shown.add(self._graph.root.id)
        for node, branch in todo:
            hidden = 0
            for edge in self._order(node):
                if edge.id not in self._proof and self._left <= 0:
                    hidden += 1
                    continue
                twig = branch.add(self._tactic(edge))
                for child in dict.fromkeys(edge.children):
                    self._left -= 1
                    leaf = twig.add(self._state(child))
                    if child.id not in self._shown:
                        self._shown.add(child.id)
                        todo.append((child, leaf))
            if summary := _left_out(node, hidden):
                branch.add(summary)
        return root

    def _order(self, node: Node) -> list[Edge]:
        applied = [e for e in node.edges if not isinstance(e.transition, Rejected)]
        return sorted(applied, key=lambda e: (e.id not in self._proof, e.id))

    def _state(self, node: Node) -> Text:
        mark, colour = MARKS[node.status]
        text = _line(f"{mark} s{node.id} ", colour)
        goals = node.state.goals
        text.append(_short(goals[0].target) if goals else "")
        if len(goals) > 1:
            text.append(f" (+{len(goals) - 1} goals)")
        if node.id in self._shown:
            return text.append("  shown above", "dim")
        priority = "" if node.priority is None else f"; priority {node.priority:.2f}"
        return text.append(f"  {self._why[node.id]}{priority}", "dim")

    def _tactic(self, edge: Edge) -> Text:
        text = _line(_short(edge.proposal.tactic), "bold cyan")
        if edge.id in self._proof:
            text.append("  ← proof", "bold green")
        figures = f"  logprob {edge.proposal.logprob:.2f}, {edge.transition.seconds * 1000:.0f} ms"
        return text.append(figures, "dim")


def _left_out(node: Node, hidden: int) -> Text | None:
    """Summarize the tactics of a node that have no line of their own."""
    reasons = Counter(
        e.transition.reason.value.replace("_", " ")
        for e in node.edges
        if isinstance(e.transition, Rejected)
    )
    parts = [f"{hidden} more applied"] if hidden else []
    if reasons:
        listed = ", ".join(f"{reason} {count}" for reason, count in reasons.most_common())
        parts.append(f"{reasons.total()} rejected ({listed})")
    return _line("; ".join(parts), "dim") if parts else None


def _line(text: str, style: str) -> Text:
    """Style a text to be cut at the terminal's width: a tree of wrapped lines is hard to read."""
    from rich.text import Text

    return Text(text, style, no_wrap=True, overflow="ellipsis")


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _budget(graph: ProofGraph) -> Table:
    from rich.table import Table

    table = Table(title="where the budget went", title_justify="left")
    for column in ("", "tactics", "Lean seconds"):
        table.add_column(column, justify="left" if not column else "right")
    for share in by_outcome(graph):
        table.add_row(share.group, str(share.tactics), f"{share.seconds:.2f}")
    table.add_section()
    for share in by_tactic(graph)[:10]:
        table.add_row(share.group, str(share.tactics), f"{share.seconds:.2f}")
    return table
