"""What `qstar data` prints."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict

from lean_env.types import Accepted, Verdict
from prover.cli.support.exits import Exit
from prover.datasets.records import Search
from prover.datasets.stats import Summary
from prover.tracing.terminal import report
from prover.tracing.trace import Trace

MOST = 12
"""Lines of a table; the rest is summed up."""

EVERY = 10.0
"""Seconds from one line of progress to the next."""


def print_stats(found: Summary, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(asdict(found), ensure_ascii=False))
        return
    print(f"{found.searches:,} theorems searched, {_of(found.proved, found.searches)} proved")
    print(f"{found.states:,} states, {found.edges:,} tactics run, {found.on_proof:,} on a proof")
    print(f"{found.repeated:,} tactics ran on an equal state before")
    print(f"{found.wall_seconds:,.0f} s of search, {sum(found.seconds.values()):,.0f} s in Lean")
    _table("how searches ended", found.statuses)
    seconds = {name: f"{found.seconds[name]:,.0f} s" for name in found.outcomes}
    _table("tactics by outcome, and what Lean took for them", found.outcomes, seconds)
    _table("rejected tactics by message", found.classes)
    _table("states by depth", found.depths)
    _table("proofs by length", found.lengths)
    proved = {name: f"{_of(yes, of)} proved" for name, (of, yes) in found.groups.items()}
    _table("theorems by namespace", {name: of for name, (of, _) in found.groups.items()}, proved)


def _of(part: int, whole: int) -> str:
    return f"{part:,} ({part / whole:.0%})" if whole else f"{part:,}"


def _table(title: str, counts: Mapping[str, int], beside: Mapping[str, str] | None = None) -> None:
    print(f"\n{title}")
    shown = dict(list(counts.items())[:MOST])
    if rest := sum(counts.values()) - sum(shown.values()):
        shown["others"] = rest
    width = max((len(name) for name in shown), default=0)
    for name, count in shown.items():
        more = (beside or {}).get(name, "")
        print(f"  {name:<{width}}  {count:>9,}  {more}".rstrip())


def print_search(search: Search, algorithm: str, most: int) -> None:
    """The theorem, its proof or why there is none, and the states as a tree."""
    from rich.console import Console

    print(search.theorem.header + search.theorem.statement)
    print(f"\n{search.proof or 'not proved: ' + (search.verdict or search.stop.value)}\n")
    trace = Trace(
        name=search.id,
        search=algorithm,
        graph=search.graph(),
        status=search.status,
        stop=search.stop,
        proof=search.proof,
        stats=search.stats,
    )
    console = Console()
    for part in report(trace, most):
        console.print(part, markup=False, highlight=False)


class Recheck:
    """Says at once which proofs are not accepted, and now and then how far the check is."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._last = time.monotonic()

    def show(self, name: str, verdict: Verdict) -> None:
        self._counts[type(verdict).__name__.lower()] += 1
        if not isinstance(verdict, Accepted):
            print(f"{name}: {type(verdict).__name__.lower()}: {verdict.message}")
        if time.monotonic() >= self._last + EVERY:
            self._last = time.monotonic()
            print(f"qstar: {sum(self._counts.values())} checked", file=sys.stderr)

    def sum_up(self) -> Exit:
        accepted, total = self._counts["accepted"], sum(self._counts.values())
        print(f"{accepted} of {total} proofs accepted")
        return Exit.DONE if accepted == total else Exit.NOT_PROVED
