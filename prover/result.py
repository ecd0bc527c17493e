"""The result of a search, and its rendering in a notebook."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from lean_env.types import Accepted, Tactic, Theorem, Verdict
from prover.types import NodeStatus, Stats, StopReason, TheoremStatus

if TYPE_CHECKING:
    from prover.graph.store import ProofGraph


@dataclass(frozen=True, slots=True)
class HoleResult:
    """What became of one `sorry` of a declaration with several.

    Attributes:
        line: The line in which it stands, from 1: of the declaration, or of the file it is from.
        proved: Whether a proof was put in its place.
        reason: Why not, otherwise.
    """

    line: int
    proved: bool
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """The outcome of a search for a proof of one theorem.

    Attributes:
        theorem: The theorem that was to be proved.
        status: `PROVED` and `DISPROVED` only with a proof that the verifier accepted.
        stop: Why the search ended.
        proof: The whole declaration with its proof, as Lean source; if `DISPROVED`, that of the
            negation.  Empty if there is none.
        tactics: The proof as the search found it: its tactics in the order in which they run.
        verdict: The verifier's verdict on the last proof that it was given; None if there was none.
        stats: The resources that the search used.
        unverified: The declaration with a proof that was found and that no gate could check.
        partial: The declaration with some of its `sorry`s proved, where it has several.
        holes: Each of its `sorry`s, in their order, where it has several.
        auto_bound: Names in the statement that nothing declares, so that Lean took them for
            variables of its own.
        counterexample: If `DISPROVED` by one, the variables and their values as Lean text.
        graph: The proof graph, if it was to be kept.

    Raises:
        ValueError: `status` claims a proof, and `proof` is empty or `verdict` does not accept it;
            or it claims none and there is an accepted one.
    """

    theorem: Theorem
    status: TheoremStatus
    stop: StopReason
    proof: str = ""
    tactics: tuple[Tactic, ...] = ()
    verdict: Verdict | None = None
    stats: Stats = field(default_factory=Stats)
    partial: str = ""
    holes: tuple[HoleResult, ...] = ()
    unverified: str = ""
    auto_bound: tuple[str, ...] = ()
    counterexample: tuple[tuple[str, str], ...] = ()
    graph: ProofGraph | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        claimed = self.status in (TheoremStatus.PROVED, TheoremStatus.DISPROVED)
        if claimed != (bool(self.proof) and isinstance(self.verdict, Accepted)):
            raise ValueError(f"{self.status}, with proof {self.proof!r} and {self.verdict}")

    def _repr_html_(self) -> str:
        """An HTML fragment with the status, the proof and the graph; notebooks call this."""
        stats, colour = self.stats, _colour(self.status)
        name = escape(self.theorem.name or self.theorem.statement)
        parts = [
            f'<p><b>{name}</b>: <span style="color:{colour}">{self.status}</span> '
            f"({self.stop}; {stats.seconds:.1f} s, {stats.lean_calls} tactics run)</p>"
        ]
        if self.proof:
            parts.append(f'<pre style="{SCROLLING}">{escape(self.proof)}</pre>')
        if self.graph:
            parts.append(_graph_html(self.graph))
        return "\n".join(parts)


SCROLLING = "max-height:32em;overflow:auto"
"""CSS of elements that may be long."""


def _colour(status: TheoremStatus) -> str:
    from prover.graph.drawing import COLOURS

    disproved = status is TheoremStatus.DISPROVED
    return COLOURS[NodeStatus.FAILED if disproved else NodeStatus(status.value)]


def _graph_html(graph: ProofGraph) -> str:
    """The drawing of the graph, with the number of its states and tactics."""
    from prover.graph.drawing import to_svg
    from prover.graph.extraction import proof_edges

    counts = f"{len(graph.nodes)} states, {len(graph.edges)} tactics run"
    if proof := proof_edges(graph):
        counts += f", {len(proof)} of them in the proof"
    return (
        f"<details open><summary>proof graph: {counts}</summary>"
        f'<div style="{SCROLLING}">{to_svg(graph)}</div></details>'
    )
