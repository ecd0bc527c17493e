"""`qstar compare`: two runs of `qstar eval`, theorem by theorem."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from prover.cli.support.exits import Exit, finish


def compare(
    a: Annotated[Path, typer.Argument(metavar="A", help="Folder of a run.", show_default=False)],
    b: Annotated[Path, typer.Argument(metavar="B", help="Folder of another.", show_default=False)],
    max_lean_calls: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="N",
            help="Count proofs found with so many Lean calls.",
            show_default="the smaller budget",
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Compare two runs on the theorems that both tried, with a paired test."""

    def command() -> Exit:
        from dataclasses import asdict
        from json import dumps

        from benchmarks.comparison import compare as compared
        from benchmarks.comparison import text
        from benchmarks.results import read_run

        found = compared(read_run(a), read_run(b), max_lean_calls)
        print(dumps(asdict(found), ensure_ascii=False) if json else text(found))
        return Exit.DONE

    finish(command)
