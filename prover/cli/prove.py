"""`qstar prove`: statements, statement files and Lean files, proved and checked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lean_env.errors import BadInput
from prover.cli.support import options
from prover.cli.support.exits import Exit, finish
from prover.config import DEFAULT, LeanChoice


def prove(
    targets: Annotated[
        list[str],
        typer.Argument(
            metavar="TARGET",
            help="A statement like 'theorem t (a b : Nat) : a + b = b + a', a .lean file whose "
            "`sorry`s are to be proved, or a .jsonl file of statements.",
            show_default=False,
        ),
    ],
    policy: options.Policy = DEFAULT,
    search: options.Search = DEFAULT,
    value: options.Value = DEFAULT,
    timeout: options.Timeout = 60.0,
    max_lean_calls: options.MaxLeanCalls = None,
    workers: options.Workers = None,
    lean: options.Lean = LeanChoice.AUTO,
    seed: Annotated[
        int | None,
        typer.Option(
            help="With one worker and --max-lean-calls, the same seed gives the same search; the "
            "shipped model is waited for.  "
            "[default: 0, without waiting]"
        ),
    ] = None,
    polish: options.Polish = False,
    disprove: Annotated[
        bool, typer.Option("--disprove", help="Search for a proof of the negation as well.")
    ] = False,
    trace: Annotated[
        Path | None,
        typer.Option(help="Write what `qstar explain` explains into this folder.", file_okay=False),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the searches whose traces are in --trace.")
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="One JSON line a theorem on stdout.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Write the JSON lines to this file, too.")
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Put the proofs into the .lean files.")
    ] = False,
) -> None:
    """Prove theorems.  Exit code: 0 all proved, 1 some not, 2 bad input, 3 broken set-up."""

    def command() -> Exit:
        from prover.cli.run import Options, run
        from prover.config import Settings

        if resume and trace is None:
            raise BadInput(
                "there is nothing to go on with",
                where="--resume",
                remedy="name the folder with --trace DIR",
            )
        settings = Settings(
            search=search,
            policy=policy,
            value=value,
            seconds=timeout,
            lean_calls=max_lean_calls,
            workers=workers,
            seed=seed or 0,
            wait_for_model=seed is not None,
            polish=polish,
            disprove=disprove,
            trace=trace,
        )
        return run(
            Options(
                targets=targets,
                settings=settings,
                json=json,
                out=out,
                write=write,
                resume=resume,
                lean=lean,
            )
        )

    finish(command)
