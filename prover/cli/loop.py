"""`qstar loop`: collect, train, measure, promote what is better, again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lean_env.types import Kernels
from prover.cli.support import options
from prover.cli.support.exits import Exit, finish
from prover.cli.support.messages import complain, inform
from prover.types import Style

if TYPE_CHECKING:
    from prover.config import Settings
    from prover.runs.ledger import Row
    from prover.training.candidate import CandidateTraining


def loop(
    out: Annotated[
        Path,
        typer.Argument(
            metavar="OUT", help="Folder of the loop.", file_okay=False, show_default=False
        ),
    ],
    suite: Annotated[
        str,
        typer.Option(
            metavar="SUITE", help="What to learn on: a suite with the splits train and valid."
        ),
    ] = "library",
    rounds: Annotated[int, typer.Option(min=1, help="How often.")] = 3,
    theorems: Annotated[
        int, typer.Option(min=1, help="Of the train split, to be searched in each round.")
    ] = 1000,
    valid: Annotated[
        int | None,
        typer.Option(
            min=1, metavar="N", help="Only so many of the valid split.", show_default="all"
        ),
    ] = None,
    data: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="DIR",
            help="Train on this collection or release as well.",
            file_okay=False,
        ),
    ] = None,
    epochs: Annotated[
        int, typer.Option(min=1, help="How often policy, V and Q see what they learn from.")
    ] = 4,
    search: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="As for `qstar prove`.", rich_help_panel=options.SEARCHING
        ),
    ] = "qstar",
    max_lean_calls: Annotated[
        int,
        typer.Option(
            min=1,
            metavar="N",
            help="Tactics that Lean may run for each theorem.",
            rich_help_panel=options.LIMITS,
        ),
    ] = 100,
    timeout: options.Timeout = 60.0,
    workers: options.Workers = None,
    kernels: options.Kernels = Kernels.BOTH,
    seed: Annotated[
        int,
        typer.Option(
            metavar="N", rich_help_panel=options.SEARCHING, help="Of searches and of weights."
        ),
    ] = 0,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume", rich_help_panel=options.GOING_ON, help="Go on with the loop in the folder."
        ),
    ] = False,
) -> None:
    """Improve the prover by expert iteration.

    Each round searches theorems of the train split, trains a candidate on all searches so far, and
    measures it on the valid split.  It is promoted only if it proves significantly more there with
    equal Lean calls.

    Exit code: 0 done, 2 bad input, 3 broken set-up.  After Ctrl-C or a kill, --resume goes on.
    """

    def command() -> Exit:
        from prover.cli.support.extras import needed

        with needed("train"):
            from prover.training.candidate import CandidateTraining
            from prover.training.fit import TrainingSchedule
        from prover.config import POLICY, Settings

        course = CandidateTraining(
            policy=TrainingSchedule(epochs=epochs, seed=seed),
            value=TrainingSchedule(epochs=epochs, seed=seed),
        )
        settings = Settings(
            search=search,
            policy=POLICY,
            value="constant",
            timeout=timeout,
            max_lean_calls=max_lean_calls,
            workers=workers,
            kernels=kernels,
            seed=seed,
            wait_for_model=True,
            style=Style.COMPACT,
        )
        try:
            with needed("train"):
                rows = go_round(
                    Request(
                        out=out,
                        suite=suite,
                        settings=settings,
                        course=course,
                        rounds=rounds,
                        theorems=theorems,
                        valid=valid,
                        data=tuple(data or ()),
                        resume=resume,
                    )
                )
        except KeyboardInterrupt:
            complain("interrupted", "The same command with --resume goes on where it stopped.")
            return Exit.INTERRUPTED
        print(text(rows, out))
        return Exit.DONE

    finish(command)


def text(rows: Iterable[Row], out: Path) -> str:
    """What became of the rounds, a line each, and how to use the last that was promoted."""
    lines, model = [], ""
    for row in rows:
        if row["round"] == 0:
            lines.append(f"round 0: {row['proved']} proved by what the loop began with")
            continue
        low, high = row["interval"]
        lines.append(
            f"round {row['round']}: {'promoted' if row['promoted'] else 'not promoted'}, "
            f"{row['proved']} of {row['theorems']} proved against {row['proved before']}, "
            f"difference {row['difference']:+.1%} [{low:+.1%}, {high:+.1%}]"
        )
        if row["promoted"]:
            model = str(out / f"round-{row['round']}" / "model")
    if model:
        lines.append(f"use it: --search qstar --value learned:{model}")
    return "\n".join(lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What `qstar loop` was asked for on the command line."""

    out: Path
    suite: str
    settings: Settings
    course: CandidateTraining
    rounds: int
    theorems: int
    valid: int | None
    data: Sequence[Path]
    resume: bool


def go_round(request: Request) -> list[Row]:
    """Run the rounds that are left, in the folder of the loop; return a table row for each."""
    import asyncio

    from benchmarks.suites.catalog import find_suite
    from benchmarks.suites.types import select
    from prover.cli.support.display import Display
    from prover.expert_iteration.plan import LoopPlan
    from prover.expert_iteration.rounds import run_loop as run_loop
    from prover.lean_setup import prepare_lean

    launch, launch_for = prepare_lean()
    suite = asyncio.run(find_suite(request.suite, launch_for))
    plan = LoopPlan(
        suite={"name": suite.name, "variant": suite.variant, "digest": suite.digest},
        train=select(suite, split="train").entries,
        valid=select(suite, split="valid", limit=request.valid).entries,
        settings=request.settings,
        course=request.course,
        rounds=request.rounds,
        theorems=request.theorems,
        data=request.data,
    )
    with Display() as display:
        return run_loop(
            request.out,
            plan,
            launch,
            launch_for,
            resume=request.resume,
            show=inform,
            progress=display,
        )
