"""What `qstar eval` does, once its options are read."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers import read_peer
from benchmarks.report.sections import REMEDY, WHY_NOT, percent, title
from benchmarks.report.summary import Summary
from benchmarks.report.write import write_report
from benchmarks.results import Attempt, read_run
from benchmarks.runner import OnEnd, Options, run
from benchmarks.suites.catalog import find_suite
from benchmarks.suites.types import Suite, select
from lean_env.compat.traced_repository import root_of
from prover.cli.support.exits import Exit, complain
from prover.config import LeanChoice, Settings
from prover.lean_setup import prepare_lean


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    suite: str
    out: Path
    split: str | None
    limit: int | None
    settings: Settings
    passes: int
    baseline: bool
    resume: bool
    peers: Sequence[Path]
    lean: LeanChoice
    json: bool


def measure(request: Request) -> Exit:
    """Run the suite, as far as it is not done, and write the reports."""
    peers = [read_peer(path) for path in request.peers]
    place = request.suite.rpartition(":")[2]
    is_there = place.endswith((".lean", ".jsonl")) or Path(place).is_dir()
    files = [root_of(Path(place)) or Path(place)] if is_there else []
    launch, launch_for = prepare_lean(request.lean, files)
    whole = asyncio.run(find_suite(request.suite, launch_for))
    suite = select(whole, split=request.split, limit=request.limit)
    options = Options(settings=request.settings, passes=request.passes, baseline=request.baseline)
    with showing(suite, request.passes) as show:
        ended = run(
            request.out,
            suite,
            options,
            launch,
            launch_for,
            resume=request.resume,
            on_end=show,
            notice=complain,
        )
    if not ended:
        complain("interrupted", "The same command with --resume goes on where this one stopped.")
        return Exit.INTERRUPTED
    summary = write_report(read_run(request.out), launch_for, peers)
    if request.json:
        print((request.out / "report.json").read_text("utf-8"), end="")
    else:
        _sum_up(summary, request.out)
    return Exit.DONE


def _sum_up(summary: Summary, out: Path) -> None:
    print(title(summary))
    print(f"  {summary.settings['suite']['variant']}")
    for found in summary.pass_at:
        print(
            f"  pass@{found.k}: {percent(found.of_tried)} of the {summary.tried} tried, "
            f"{percent(found.of_whole)} of all {summary.whole} of the split"
        )
    if summary.baseline:
        union = summary.baseline.union
        print(f"  Lean's automation alone: {union.proved} of {summary.baseline.theorems}")
    for outcome, theorems in summary.others.items():
        print(f"  not tried: {len(theorems)}. {WHY_NOT[outcome]}.")
    if "needs" in summary.others:
        print(f"  {REMEDY}")
    print(f"  {out / 'report.html'}, report.md, report.json")


@contextmanager
def showing(suite: Suite, passes: int) -> Iterator[OnEnd]:
    """What is done, on stderr: a bar on a terminal, else a line each."""
    if not sys.stderr.isatty():
        yield _line
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as progress:
        task = progress.add_task("0 proved", total=len(suite.entries) * passes)
        proved = 0

        def show(attempt: Attempt) -> None:
            nonlocal proved
            proved += attempt.proved
            progress.update(task, advance=1, description=f"{proved} proved")

        yield show


def _line(attempt: Attempt) -> None:
    if attempt.tried:
        cost = f"{attempt.seconds:.1f} s, {attempt.lean_calls} tactics run"
        print(f"{attempt.entry}: {attempt.outcome} ({cost})", file=sys.stderr)
    else:
        print(f"{attempt.entry}: not tried, {attempt.message}", file=sys.stderr)
