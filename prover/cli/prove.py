"""`qstar prove`: statements, statement files and Lean files, proved and checked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from prover.cli.exits import Exit, finish
from prover.config import LeanChoice


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
    policy: Annotated[
        str,
        typer.Option(
            help="Who proposes tactics: portfolio, model:DIR (that we trained; sample:DIR varies "
            "with the seed), hf:PATH_OR_NAME, openai:URL#MODEL, or several with commas between."
        ),
    ] = "portfolio",
    search: Annotated[
        str,
        typer.Option(help="bestfirst, astar, qstar, mcts, rmax, beam, bestofn, mpc or portfolio."),
    ] = "bestfirst",
    value: Annotated[
        str,
        typer.Option(
            help="What guides the search: constant, size (of the goals), or learned:DIR, a model."
        ),
    ] = "constant",
    timeout: Annotated[float, typer.Option(help="Seconds for each theorem.")] = 60.0,
    max_lean_calls: Annotated[
        int | None, typer.Option(min=1, help="Tactics that Lean may run for each theorem.")
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(min=1, help="Lean processes.  [default: as the machine and the work allow]"),
    ] = None,
    lean: Annotated[
        LeanChoice,
        typer.Option(
            help="Which Lean: the Lake project's that the files lie in, or embedded Lean; auto "
            "takes the first where there is one."
        ),
    ] = LeanChoice.AUTO,
    seed: Annotated[int, typer.Option(help="Same seed, one worker: same search.")] = 0,
    polish: Annotated[bool, typer.Option("--polish", help="Shorten the proofs.")] = False,
    disprove: Annotated[
        bool, typer.Option("--disprove", help="Search for a proof of the negation as well.")
    ] = False,
    trace: Annotated[
        Path | None,
        typer.Option(help="Write what `qstar explain` explains into this folder.", file_okay=False),
    ] = None,
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

        settings = Settings(
            search=search,
            policy=policy,
            value=value,
            seconds=timeout,
            lean_calls=max_lean_calls,
            workers=workers,
            seed=seed,
            polish=polish,
            disprove=disprove,
            trace=trace,
        )
        return run(
            Options(targets=targets, settings=settings, json=json, out=out, write=write, lean=lean)
        )

    finish(command)
