"""What `qstar collect` does, once its options are read."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from benchmarks.suites.catalog import find_suite
from benchmarks.suites.types import select
from lean_env.toolchain.find import Launch
from lean_env.wire.launcher import LaunchFor
from prover.cli.support.exits import Exit, complain
from prover.config import Settings
from prover.datasets.collect import Work, collect
from prover.datasets.progress import Progress, words
from prover.lean_setup import prepare_lean
from prover.runs.concurrency import stop_on_interrupt
from prover.runs.shard import Shard


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    suite: str
    out: Path
    split: str | None
    limit: int | None
    shard: Shard
    settings: Settings
    resume: bool


def gather(request: Request) -> Exit:
    """Search what is left of the suite; say how far it is, and what came of it."""
    launch, launch_for = prepare_lean()
    return asyncio.run(_gather(request, launch, launch_for))


async def _gather(request: Request, launch: Launch, launch_for: LaunchFor) -> Exit:
    whole = await find_suite(request.suite, launch_for)
    suite = select(whole, split=request.split, limit=request.limit)
    work = Work(
        suite={"name": suite.name, "variant": suite.variant, "digest": suite.digest},
        statements=suite.entries,
        settings=request.settings,
        shard=request.shard,
    )
    with stop_on_interrupt() as stop:
        tally = await collect(
            request.out,
            work,
            launch,
            launch_for,
            resume=request.resume,
            stop=stop,
            on_end=Progress(complain),
            notice=complain,
        )
        print(f"{words(tally)}; {request.out}")
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
