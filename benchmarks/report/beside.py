"""Our results beside those of other provers, on the theorems that both were given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.peers import PUBLISHED, Peer
from benchmarks.report.document import Section, Table
from benchmarks.results import Run


def beside(run: Run, peers: Sequence[Peer]) -> Iterator[Section]:
    if peers:
        yield Section(
            title="Beside other provers",
            text=(
                "Only theorems that both tried and, where the other's file has its statements, "
                "that read the same. Lean and Mathlib may be of other versions there.",
            ),
            table=Table(
                head=("prover", "in common", "proved there", "proved here", "budget", "source"),
                rows=[_row(run, peer) for peer in peers],
            ),
        )
    if _is_minif2f_test(run):
        yield Section(
            title="Published",
            text=("As their authors say, each on its own variant of the statements.",),
            table=Table(
                head=("system", "miniF2F test", "budget", "source"),
                rows=[(p.system, p.score, p.budget, p.source) for p in PUBLISHED],
            ),
        )


def _row(run: Run, peer: Peer) -> tuple[str, ...]:
    common = [
        entry.id
        for entry in run.suite.entries
        if entry.id in run.by_entry and entry.id in peer.tried and not peer.differs(entry)
    ]
    here = sum(any(attempt.proved for attempt in run.by_entry[id]) for id in common)
    there = sum(id in peer.proved for id in common)
    return (peer.name, str(len(common)), str(there), str(here), peer.budget, peer.source)


def _is_minif2f_test(run: Run) -> bool:
    return run.suite.name == "minif2f" and {e.split for e in run.suite.entries} == {"test"}
