"""`qstar collect`: search a whole suite, keep everything."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lean_env.types import Kernels
from prover.cli.support import options
from prover.cli.support.exits import Exit, finish
from prover.cli.support.messages import complain, warn
from prover.config import DEFAULT, LeanChoice
from prover.types import Style

if TYPE_CHECKING:
    from lean_env.toolchain.launch import LaunchSpec
    from lean_env.wire.client import LaunchFactory
    from prover.config import Settings
    from prover.runs.partition import Shard


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
        typer.Option(
            metavar="DIR", help="Folder for the data.", file_okay=False, show_default=False
        ),
    ],
    split: options.Split = None,
    limit: options.Limit = None,
    shard: Annotated[
        str,
        typer.Option(
            metavar="I/N",
            help="Only the I-th of N parts: one for each machine.",
            rich_help_panel=options.SELECTION,
        ),
    ] = "1/1",
    policy: options.Policy = DEFAULT,
    search: options.Search = DEFAULT,
    value: options.Value = DEFAULT,
    timeout: options.Timeout = 60.0,
    max_lean_calls: options.MaxLeanCalls = None,
    workers: options.Workers = None,
    lean: options.Lean = LeanChoice.AUTO,
    kernels: options.Kernels = Kernels.BOTH,
    seed: Annotated[
        int, typer.Option(metavar="N", rich_help_panel=options.SEARCHING, help="Of the searches.")
    ] = 0,
    polish: options.Polish = False,
    resume: Annotated[
        bool,
        typer.Option(
            "--resume",
            rich_help_panel=options.GOING_ON,
            help="Go on with the collection in the folder.",
        ),
    ] = False,
) -> None:
    """Search every theorem of a suite and keep each tactic that was tried and what Lean said.

    Exit code: 0 all searched, 2 bad input, 3 broken set-up.  Ctrl-C keeps what has ended.
    """

    def command() -> Exit:
        from prover.config import Settings
        from prover.runs.partition import Shard

        settings = Settings(
            search=search,
            policy=policy,
            value=value,
            timeout=timeout,
            max_lean_calls=max_lean_calls,
            workers=workers,
            kernels=kernels,
            seed=seed,
            wait_for_model=True,
            style=Style.COMPACT,
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
                lean=lean,
            )
        )

    finish(command)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What `qstar collect` was asked for on the command line."""

    suite: str
    out: Path
    split: str | None
    limit: int | None
    shard: Shard
    settings: Settings
    resume: bool
    lean: LeanChoice


def gather(request: Request) -> Exit:
    """Search what is left of the suite; say how far it is, and what came of it."""
    import asyncio

    from prover.cli.support.targets import lean_files_of
    from prover.lean_setup import prepare_lean

    launch, launch_for = prepare_lean(request.lean, lean_files_of(request.suite))
    return asyncio.run(_gather(request, launch, launch_for))


async def _gather(request: Request, launch: LaunchSpec, launch_for: LaunchFactory) -> Exit:
    from benchmarks.suites.catalog import find_suite
    from benchmarks.suites.types import select
    from prover.cli.support.display import Display
    from prover.datasets.collect import CollectionTask, progress_line
    from prover.datasets.collect import collect as collect_into
    from prover.runs.concurrency import stop_on_interrupt

    whole = await find_suite(request.suite, launch_for, request.split)
    suite = select(whole, split=request.split, limit=request.limit)
    work = CollectionTask(
        suite={"name": suite.name, "variant": suite.variant, "digest": suite.digest},
        statements=suite.entries,
        settings=request.settings,
        shard=request.shard,
    )
    with Display() as display, stop_on_interrupt() as stop:
        tally = await collect_into(
            request.out,
            work,
            launch,
            launch_for,
            resume=request.resume,
            stop=stop,
            progress=display,
            notice=warn,
        )
        print(f"{progress_line(tally)}; {request.out}")
        if stop.is_set():
            complain("interrupted", "The same command with --resume goes on where it stopped.")
            return Exit.INTERRUPTED
    if tally.broken:
        complain(
            f"{tally.broken} could not be searched because Lean's processes kept ending",
            "The same command with --resume tries them again.",
        )
        return Exit.BROKEN
    return Exit.DONE
