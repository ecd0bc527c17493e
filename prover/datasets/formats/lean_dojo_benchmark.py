"""Training data from LeanDojo Benchmark's files: searches that consist of a proof alone.

Each traced tactic has all open goals before and after it, as text.  Goals at the end of the list
that a tactic leaves unchanged are taken as not part of its state: so a tactic on the first of three
goals becomes an edge of that goal alone, and proofs with focused blocks (`·`, `case`) are connected
graphs like those without.  If a proof's tactics are not connected, because one of them is not
traced, does not work on goals (`conv`) or has goals that cannot be parsed, its parts become proofs
of their own.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lean_env.errors import BadInput
from lean_env.types import Accepted, Applied, Origin, ProofState, Tactic, Theorem
from prover.datasets.formats.printed_goals import join_broken_lines, parse_printed_goals
from prover.datasets.records import Search, record_search
from prover.graph.store import ProofGraph
from prover.result import SearchResult
from prover.types import NodeStatus, Proposal, StopReason, TheoremStatus

FILE, SPLIT = "train.json", "train"
"""The only split that is read: the others are for measuring."""

DONE = "no goals"


@dataclass(frozen=True, slots=True)
class ProofStep:
    """A traced tactic: the goals that it works on, printed, and each state that it leaves."""

    tactic: Tactic
    before: str
    after: tuple[str, ...]


def is_benchmark(folder: Path) -> bool:
    """Check whether `folder` has a train split in LeanDojo Benchmark's format."""
    return (folder / FILE).is_file()


def benchmark_digest(folder: Path) -> str:
    """Hash the file of the train split."""
    return hashlib.sha256((folder / FILE).read_bytes()).hexdigest()[:16]


def read_benchmark(folder: Path) -> Iterator[Search]:
    """Read the complete proofs of the train split.

    Raises:
        BadInput: The file has another format.
    """
    file, run, seen = folder / FILE, benchmark_digest(folder), Counter[str]()
    try:
        rows = json.loads(file.read_text("utf-8"))
        for row in rows:
            traced = row["traced_tactics"]
            yield from searches_of_proof(
                unique_id(str(row["full_name"]), seen),
                ((t["tactic"], t["state_before"], t["state_after"]) for t in traced),
                run,
            )
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(
            f"not in LeanDojo Benchmark's form: {error!r}",
            where=str(file),
            remedy="It holds an array of objects with `full_name` and `traced_tactics`.",
        ) from None


def unique_id(name: str, seen: Counter[str]) -> str:
    """Number repeated theorem names, which come from different files.

    Args:
        name: A theorem's name.
        seen: How often each name came before; updated.

    Returns:
        `name` the first time, `name (2)` the second, and so on.
    """
    seen[name] += 1
    return name if seen[name] == 1 else f"{name} ({seen[name]})"


def searches_of_proof(
    name: str, traced: Iterable[tuple[Tactic, str, str]], run: str
) -> Iterator[Search]:
    """Make searches of a theorem's traced tactics.

    Args:
        name: Id of the theorem.
        traced: Each tactic with the printed goals before and after it.
        run: Digest of the data.

    Yields:
        A search for each state that no tactic leads to, if the tactics from there are a proof.
    """
    steps = [step for found in traced if (step := _step(*found))]
    by_state = {step.before: step for step in reversed(steps)}  # of several the first
    below = {text for step in by_state.values() for text in step.after}
    roots = [text for text in by_state if text not in below][::-1]
    for number, text in enumerate(roots):
        id = name if number == 0 else f"{name}, part {number}"
        theorem = Theorem(statement="", name=id)
        graph = _graph(ProofState(text, theorem, parse_printed_goals(text)), by_state)
        if graph.root.status is NodeStatus.PROVED:
            result = SearchResult(
                theorem=theorem,
                status=TheoremStatus.PROVED,
                stop=StopReason.PROVED,
                proof="\n".join(edge.proposal.tactic for edge in graph.edges),
                verdict=Accepted(()),
            )
            yield record_search(result, graph, id=id, run=run, split=SPLIT, group=name)


def _step(tactic: Tactic, before_it: str, after_it: str) -> ProofStep | None:
    before, after = _blocks(join_broken_lines(before_it)), _blocks(join_broken_lines(after_it))
    if not before or not all(map(_is_goal, (*before, *after))):
        return None
    while len(before) > 1 and after and before[-1] == after[-1]:
        before, after = before[:-1], after[:-1]
    return ProofStep(tactic, "\n\n".join(before), tuple(after))


def _blocks(text: str) -> list[str]:
    return [] if text == DONE else text.split("\n\n")


def _is_goal(block: str) -> bool:
    try:
        parse_printed_goals(block)
    except ValueError:
        return False
    return f"\n{block}".count("\n⊢ ") == 1


def _graph(root: ProofState, by_state: Mapping[str, ProofStep]) -> ProofGraph:
    graph = ProofGraph(root)
    for node in graph.nodes:  # grows while we go
        if step := by_state.get(node.state.text):
            states = tuple(
                ProofState(
                    text,
                    root.theorem,
                    parse_printed_goals(text),
                    Origin(node.state, step.tactic, i),
                )
                for i, text in enumerate(step.after)
            )
            positions = tuple((i,) for i in range(len(states)))
            graph.add(node, Proposal(step.tactic, 0.0), Applied(states, positions))
    return graph
