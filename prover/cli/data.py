"""`qstar data`: read proof data back, check it, put it together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lean_env.types import Kernels
from prover.cli.support import options
from prover.cli.support.exits import Exit, finish
from prover.cli.support.help import Command, Group
from prover.cli.support.messages import inform

if TYPE_CHECKING:
    from lean_env.types import Verdict
    from prover.datasets.records import Search
    from prover.datasets.stats import DataSummary

MOST = 12
"""Lines of a table; the rest is summed up."""

EVERY = 10.0
"""Seconds from one line of progress to the next."""

data = typer.Typer(
    cls=Group,
    help="Proof data: count it, show a search, check all proofs again, merge; trace a repository.",
    rich_markup_mode=None,
)

Folder = Annotated[
    Path, typer.Argument(metavar="DIR", help="What `qstar collect` wrote.", show_default=False)
]


@data.command(cls=Command)
def stats(
    folder: Folder,
    json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """Count theorems, states and tactics: by outcome, reason, namespace, depth, length, time."""

    def command() -> Exit:
        from prover.datasets.stats import summarize

        print_stats(summarize(folder), as_json=json)
        return Exit.DONE

    finish(command)


@data.command(cls=Command)
def show(
    folder: Folder,
    id: Annotated[str, typer.Argument(metavar="ID", help="Name of a theorem.", show_default=False)],
    most: Annotated[int, typer.Option(min=1, help="States that are shown.")] = 40,
) -> None:
    """Show a search: the theorem, its proof, the states met and where the budget went."""

    def command() -> Exit:
        from prover.datasets.store import find_searches, read_data_manifest

        settings = read_data_manifest(folder).settings
        for search in find_searches(folder, id):
            print_search(search, str(settings["search"]), most)
        return Exit.DONE

    finish(command)


@data.command(cls=Command)
def verify(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="DIR",
            help="What `qstar collect` wrote, or `qstar export --format hf` of it.",
            show_default=False,
        ),
    ],
    timeout: Annotated[float, typer.Option(min=1, help="Seconds for each proof.")] = 60.0,
    kernels: options.Kernels = Kernels.BOTH,
) -> None:
    """Check every stored proof again.  Exit code: 0 all accepted, 1 some not, 2 bad input."""

    def command() -> Exit:
        import asyncio

        from lean_env.gate.gate import make_gate
        from prover.datasets.recheck import recheck as recheck
        from prover.datasets.recheck import stored_proofs
        from prover.lean_setup import prepare_lean

        proofs = stored_proofs(folder)
        _, launch_for = prepare_lean()

        async def check() -> Exit:
            seen = Recheck()
            async with make_gate(launch_for, kernels=kernels, seconds=timeout) as verifier:
                async for name, verdict in recheck(proofs, verifier):
                    seen.show(name, verdict)
            return seen.sum_up()

        return asyncio.run(check())

    finish(command)


@data.command(cls=Command)
def merge(
    folders: Annotated[
        list[Path], typer.Argument(metavar="DIR", help="Shards, for instance.", show_default=False)
    ],
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="A new folder.", file_okay=False, show_default=False)
    ],
) -> None:
    """Put several folders together, each search once."""

    def command() -> Exit:
        from prover.datasets.merge import merge as merge_into

        count = merge_into(folders, out)
        print(f"{count:,} searches in {out}")
        return Exit.DONE

    finish(command)


@data.command(cls=Command)
def trace(
    repo: Annotated[
        str,
        typer.Argument(
            metavar="URL",
            help="A Git repository in Lean, or the folder of one.",
            show_default=False,
        ),
    ],
    commit: Annotated[str, typer.Argument(metavar="COMMIT", show_default=False)],
    out: Annotated[Path, typer.Option(help="A new folder.", file_okay=False, show_default=False)],
) -> None:
    """Trace a repository with lean-dojo, for `qstar eval` and `qstar train`.

    Needs git, lake and the network; a large repository takes hours.

    Exit code: 0 done, 2 bad input, 3 not possible here.
    """

    def command() -> Exit:
        from prover.datasets.formats.lean_dojo_repository import trace_repository as trace_into

        count = trace_into(repo, commit, out)
        print(f"{count:,} files traced; {out} is for `qstar eval` and `qstar train`")
        return Exit.DONE

    finish(command)


def print_stats(found: DataSummary, *, as_json: bool) -> None:
    """Print the summary of a release: one JSON object, or tables for a reader."""
    import json
    from dataclasses import asdict

    if as_json:
        print(json.dumps(asdict(found), ensure_ascii=False))
        return
    print(f"{found.searches:,} theorems searched, {_of(found.proved, found.searches)} proved")
    print(f"{found.states:,} states, {found.edges:,} tactics run, {found.on_proof:,} on a proof")
    print(f"{found.repeated:,} tactics ran on an equal state before")
    print(
        f"{found.wall_seconds:,.0f} s of search, {found.waiting_seconds:,.0f} s of these waiting "
        f"for Lean, which ran tactics for {sum(found.seconds.values()):,.0f} s"
    )
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
    if not counts:
        return
    print(f"\n{title}")
    shown = dict(list(counts.items())[:MOST])
    if rest := sum(counts.values()) - sum(shown.values()):
        shown["others"] = rest
    width = max(len(name) for name in shown)
    for name, count in shown.items():
        more = (beside or {}).get(name, "")
        print(f"  {name:<{width}}  {count:>9,}  {more}".rstrip())


def print_search(search: Search, algorithm: str, most: int) -> None:
    """The theorem, its proof or why there is none, and the states as a tree."""
    from rich.console import Console

    from prover.tracing.terminal import report
    from prover.tracing.trace import Trace

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
        import time

        self._counts: Counter[str] = Counter()
        self._last = time.monotonic()

    def show(self, name: str, verdict: Verdict) -> None:
        """Count a verdict, and print it unless the proof was accepted."""
        import time

        from lean_env.types import Accepted

        self._counts[type(verdict).__name__.lower()] += 1
        if not isinstance(verdict, Accepted):
            print(f"{name}: {type(verdict).__name__.lower()}: {verdict.message}")
        if time.monotonic() >= self._last + EVERY:
            self._last = time.monotonic()
            inform(f"{sum(self._counts.values())} checked")

    def sum_up(self) -> Exit:
        """Print how many proofs were accepted; return the exit code."""
        accepted, total = self._counts["accepted"], sum(self._counts.values())
        print(f"{accepted} of {total} proofs accepted")
        return Exit.DONE if accepted == total else Exit.NOT_PROVED
