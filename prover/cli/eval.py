"""`qstar eval`: a benchmark, with figures that can be trusted and repeated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lean_env.types import Kernels
from prover.cli.support import options
from prover.cli.support.exits import Exit, finish
from prover.cli.support.messages import complain, inform, warn
from prover.config import DEFAULT, LeanChoice
from prover.types import Style

if TYPE_CHECKING:
    from benchmarks.report.summary import Summary
    from benchmarks.results import Attempt
    from prover.config import Settings


def evaluate(
    suite: Annotated[
        str,
        typer.Argument(
            metavar="SUITE",
            help="library (Lean's own), arithmetic (made up), minif2f or minif2f-core (what needs "
            "no Mathlib), either with :FILE to take its statements from there, a .jsonl or .lean "
            "file, a folder of .lean files, a repository that `qstar data trace` traced, or "
            "LeanDojo Benchmark's .json (what Lean's library has of it).",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            metavar="DIR",
            help="Folder for results and reports.",
            file_okay=False,
            show_default=False,
        ),
    ],
    split: options.Split = None,
    limit: options.Limit = None,
    policy: options.Policy = DEFAULT,
    search: options.Search = DEFAULT,
    value: options.Value = DEFAULT,
    timeout: options.Timeout = 60.0,
    max_lean_calls: options.MaxLeanCalls = None,
    max_tokens: options.MaxTokens = None,
    passes: Annotated[
        int,
        typer.Option(
            min=1,
            metavar="N",
            rich_help_panel=options.LIMITS,
            help="Attempts at each theorem, each with a seed and limits of its own.",
        ),
    ] = 1,
    workers: options.Workers = None,
    lean: options.Lean = LeanChoice.AUTO,
    kernels: options.Kernels = Kernels.BOTH,
    seed: Annotated[
        int, typer.Option(metavar="N", rich_help_panel=options.SEARCHING, help="Of the first pass.")
    ] = 0,
    baseline: Annotated[
        bool,
        typer.Option(
            help="Try each of Lean's automation tactics alone as well.",
            rich_help_panel=options.OUTPUT,
        ),
    ] = True,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume", rich_help_panel=options.GOING_ON, help="Go on with the run in the folder."
        ),
    ] = False,
    peer: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="RESULTS",
            rich_help_panel=options.OUTPUT,
            help="Results of another prover, to stand beside ours in the report: of InternLM's "
            "step prover, Goedel-Prover or DeepSeek-Prover-V1.5.",
        ),
    ] = None,
    json: Annotated[
        bool,
        typer.Option(
            "--json", help="The figures of report.json on stdout.", rich_help_panel=options.OUTPUT
        ),
    ] = False,
) -> None:
    """Measure the prover on a suite.  Exit code: 0 measured, 2 bad input, 3 broken set-up.

    The folder then has report.md, report.html, report.json, proofs.lean and every attempt in
    ledger.jsonl.
    """

    def command() -> Exit:
        from prover.config import Settings

        settings = Settings(
            search=search,
            policy=policy,
            value=value,
            timeout=timeout,
            max_lean_calls=max_lean_calls,
            max_tokens=max_tokens,
            workers=workers,
            kernels=kernels,
            seed=seed,
            wait_for_model=True,
            style=Style.COMPACT,
        )
        return measure(
            Request(
                suite=suite,
                out=out,
                split=split,
                limit=limit,
                settings=settings,
                passes=passes,
                baseline=baseline,
                resume=resume,
                peers=peer or (),
                lean=lean,
                json=json,
            )
        )

    finish(command)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What `qstar eval` was asked for on the command line."""

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
    import asyncio

    from benchmarks.report.other_provers import read_other_prover
    from benchmarks.report.write import write_report
    from benchmarks.results import read_run
    from benchmarks.runner import RunOptions, run
    from benchmarks.suites.catalog import find_suite
    from benchmarks.suites.types import select
    from prover.cli.support.display import Display
    from prover.cli.support.targets import lean_files_of
    from prover.lean_setup import prepare_lean

    peers = [read_other_prover(path) for path in request.peers]
    launch, launch_for = prepare_lean(request.lean, lean_files_of(request.suite))
    whole = asyncio.run(find_suite(request.suite, launch_for, request.split))
    suite = select(whole, split=request.split, limit=request.limit)
    options = RunOptions(
        settings=request.settings, passes=request.passes, baseline=request.baseline
    )
    with Display() as display:
        ended = run(
            request.out,
            suite,
            options,
            launch,
            launch_for,
            resume=request.resume,
            on_end=_line,
            notice=warn,
            progress=display,
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
    from benchmarks.report.sections import REMEDY, WHY_NOT, percent, title

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


def _line(attempt: Attempt) -> None:
    """A line for each attempt, for logs; a terminal has the display."""
    from prover.cli.support.messages import for_people
    from prover.runs.progress import count

    if for_people():
        return
    if attempt.tried:
        cost = f"{attempt.seconds:.1f} s, {count(attempt.lean_calls, 'tactic')} run"
        inform(f"{attempt.entry}: {attempt.outcome} ({cost})")
    else:
        inform(f"{attempt.entry}: not tried, {attempt.message}")
