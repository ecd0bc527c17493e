"""`qstar export`: proof data in the forms that others read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from prover.cli.support.exits import Exit, finish


def export(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="What `qstar collect` wrote.", show_default=False)
    ],
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="A new folder.", file_okay=False, show_default=False)
    ],
    format: Annotated[
        str,
        typer.Option(
            help="hf (parquet and a card, for `datasets`), leandojo, deepseek or jsonl.",
        ),
    ] = "hf",
) -> None:
    """Write proof data for other tools.  Exit code: 0 written, 2 bad input."""

    def command() -> Exit:
        from prover.datasets.formats.export import export as write

        for name, rows in sorted(write(folder, format, out).items()):
            print(f"{rows:>9,} rows  {out / name}")
        return Exit.DONE

    finish(command)
