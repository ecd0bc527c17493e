"""`qstar collect`: search a whole suite, keep everything."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from prover.cli.support import options
from prover.cli.support.exits import Exit, finish
from prover.config import DEFAULT


def collect(
    suite: Annotated[
        str,
        typer.Argument(
            metavar="SUITE",
            help="What to search: library (the theorems of Lean's own), or as for `qstar eval`.",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(help="Folder for the data.", file_okay=False, show_default=False),
    ],
    split: options.Split = None,
    limit: options.Limit = None,
    shard: Annotated[
        str, typer.Option(metavar="I/N", help="Only the I-th of N parts: one for each machine.")
    ] = "1/1",
    policy: options.Policy = DEFAULT,
    search: options.Search = DEFAULT,
    value: options.Value = DEFAULT,
    timeout: options.Timeout = 60.0,
    max_lean_calls: options.MaxLeanCalls = None,
    workers: options.Workers = None,
    seed: Annotated[int, typer.Option(help="Of the searches.")] = 0,
    polish: options.Polish = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the collection in the folder.")
    ] = False,
) -> None:
    """Search every theorem of a suite and keep each tactic that was tried and what Lean said.

    Exit code: 0 all searched, 2 bad input, 3 broken set-up.  Ctrl-C keeps what has ended.
    """

    def command() -> Exit:
        from prover.cli.gather import Request, gather
        from prover.config import Settings
        from prover.runs.shard import Shard

        settings = Settings(
            search=search,
            policy=policy,
            value=value,
            seconds=timeout,
            lean_calls=max_lean_calls,
            workers=workers,
            seed=seed,
            wait_for_model=True,
            polish=polish,
        )
        return gather(
            Request(
                suite=suite,
                out=out,
                split=split,
                limit=limit,
                shard=Shard.parse(shard),
                settings=settings,
                resume=resume,
            )
        )

    finish(command)
