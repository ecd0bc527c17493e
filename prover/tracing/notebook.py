"""What a notebook shows of a search: an HTML fragment."""

from __future__ import annotations

from html import escape

from prover.graph.drawing import COLOURS, to_svg
from prover.graph.store import ProofGraph
from prover.tracing.analysis import proof_edges
from prover.types import NodeStatus, SearchResult, TheoremStatus

BOX = "max-height:32em;overflow:auto"
"""Style of what may be long."""


def _colour(status: TheoremStatus) -> str:
    disproved = status is TheoremStatus.DISPROVED
    return COLOURS[NodeStatus.FAILED if disproved else NodeStatus(status.value)]


def result_html(result: SearchResult) -> str:
    """What became of the theorem, its proof, and the graph if the result holds it."""
    used, colour = result.stats, _colour(result.status)
    name = escape(result.theorem.name or result.theorem.statement)
    parts = [
        f'<p><b>{name}</b>: <span style="color:{colour}">{result.status}</span> '
        f"({result.stop}; {used.seconds:.1f} s, {used.lean_calls} tactics run)</p>"
    ]
    if result.proof:
        parts.append(f'<pre style="{BOX}">{escape(result.proof)}</pre>')
    if result.graph:
        parts.append(graph_html(result.graph))
    return "\n".join(parts)


def graph_html(graph: ProofGraph) -> str:
    """The drawing, and how much there is of what."""
    counts = f"{len(graph.nodes)} states, {len(graph.edges)} tactics run"
    if proof := proof_edges(graph):
        counts += f", {len(proof)} of them in the proof"
    return (
        f"<details open><summary>proof graph: {counts}</summary>"
        f'<div style="{BOX}">{to_svg(graph)}</div></details>'
    )
