"""`qstar eval`: a benchmark, with figures that can be trusted and repeated."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from prover.cli.support import options
from prover.cli.support.exits import Exit, finish
from prover.config import DEFAULT, LeanChoice


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
        typer.Option(help="Folder for results and reports.", file_okay=False, show_default=False),
    ],
    split: options.Split = None,
    limit: options.Limit = None,
    policy: options.Policy = DEFAULT,
    search: options.Search = DEFAULT,
    value: options.Value = DEFAULT,
    timeout: options.Timeout = 60.0,
    max_lean_calls: options.MaxLeanCalls = None,
    passes: Annotated[
        int,
        typer.Option(
            min=1, help="Attempts at each theorem, each with a seed and limits of its own."
        ),
    ] = 1,
    workers: options.Workers = None,
    lean: options.Lean = LeanChoice.AUTO,
    seed: Annotated[int, typer.Option(help="Of the first pass.")] = 0,
    baseline: Annotated[
        bool, typer.Option(help="Try each of Lean's automation tactics alone as well.")
    ] = True,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the run in the folder.")
    ] = False,
    peer: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="RESULTS",
            help="Results of another prover, to stand beside ours in the report: of InternLM's "
            "step prover, Goedel-Prover or DeepSeek-Prover-V1.5.  May be given several times.",
        ),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="The figures of report.json on stdout.")
    ] = False,
) -> None:
    """Measure the prover on a suite.  Exit code: 0 measured, 2 bad input, 3 broken set-up.

    The folder then has report.md, report.html, report.json, proofs.lean and every attempt in
    ledger.jsonl.
    """

    def command() -> Exit:
        from prover.cli.measure import Request, measure
        from prover.config import Settings

        settings = Settings(
            search=search,
            policy=policy,
            value=value,
            seconds=timeout,
            lean_calls=max_lean_calls,
            workers=workers,
            seed=seed,
            wait_for_model=True,
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
