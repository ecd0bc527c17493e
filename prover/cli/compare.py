"""`qstar compare`: runs of `qstar eval`, theorem by theorem."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from prover.cli.support.exits import Exit, finish


def compare(
    a: Annotated[Path, typer.Argument(metavar="A", help="Folder of a run.", show_default=False)],
    others: Annotated[
        list[Path],
        typer.Argument(
            metavar="B...", help="Folders of others, each compared with A.", show_default=False
        ),
    ],
    max_lean_calls: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="N",
            help="Count proofs found with so many Lean calls.",
            show_default="the smaller budget",
        ),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write a page of it, too.", dir_okay=False, show_default=False
        ),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="A JSON object a comparison on stdout.")
    ] = False,
) -> None:
    """Compare runs with a first one on the theorems that both tried, with a paired test."""

    def command() -> Exit:
        from dataclasses import asdict
        from json import dumps

        from benchmarks.comparison import compare as compared
        from benchmarks.comparison import text
        from benchmarks.report.theorems import comparison_page
        from benchmarks.results import read_run
        from prover.runs.files import reporting_disk_errors

        first = read_run(a)
        found = [compared(first, read_run(other), max_lean_calls) for other in others]
        for one in found:
            print(dumps(asdict(one), ensure_ascii=False) if json else text(one))
        if html is not None:
            with reporting_disk_errors(html):
                html.write_text(comparison_page(found), encoding="utf-8")
        return Exit.DONE

    finish(command)
