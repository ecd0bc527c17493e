"""Run a suite: every theorem, every pass, once, whatever interrupts it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.baseline import alone, tactics_for
from benchmarks.results import KIND, SCHEMA, SUITE, Attempt, Outcome, attempt_in, write_suite
from benchmarks.suites.types import Entry, Suite
from lean_env.errors import BadInput, InvalidHeader
from lean_env.toolchain.launch import LaunchSpec
from lean_env.wire.client import LaunchFactory
from prover.config import Settings
from prover.result_json import record
from prover.runs.concurrency import Broken, Done, crew, stop_on_interrupt
from prover.runs.ledger import Ledger, Row, open_run
from prover.runs.manifest import Manifest, facts
from prover.session import Prover, open_prover

OnEnd = Callable[[Attempt], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`passes` is how many attempts each theorem gets, with as many seeds; `baseline` is whether
    Lean's automation is tried alone as well."""

    settings: Settings
    passes: int = 1
    baseline: bool = True


@dataclass(frozen=True, slots=True)
class Job:
    """An attempt at `entry`, or (`number` is None) what Lean's automation alone makes of it."""

    entry: Entry
    number: int | None

    @property
    def id(self) -> str:
        return f"{self.entry.id}#{'alone' if self.number is None else self.number}"


def manifest_of(suite: Suite, options: Options, launch: LaunchSpec) -> Manifest:
    suite_is = {"name": suite.name, "variant": suite.variant, "digest": suite.digest}
    return Manifest(
        kind=KIND,
        schema=SCHEMA,
        settings={
            "suite": suite_is,
            **options.settings.deciding,
            "passes": options.passes,
            "baseline": options.baseline,
            "lean": launch.lean,
        },
        facts=facts(workers=options.settings.workers or "as many as fit"),
    )


def run(
    folder: Path,
    suite: Suite,
    options: Options,
    launch: LaunchSpec,
    launch_for: LaunchFactory,
    *,
    resume: bool = False,
    on_end: OnEnd = lambda attempt: None,
    notice: Callable[[str], None] = lambda text: None,
) -> bool:
    """Do what is left to do of a run in `folder`; False when Ctrl-C ended it before.

    Raises `BadInput` for a folder that holds another run, and what makes all theorems fail alike.
    """
    manifest = manifest_of(suite, options, launch)
    with open_run(folder, manifest, resume=resume, notice=notice) as ledger:
        if not (folder / SUITE).exists():
            write_suite(folder, suite)
        runner = Runner(ledger, options, on_end)
        runner.set_aside(suite, has_projects=launch.kind == "native")
        todo = [job for job in jobs(suite, options) if job.id not in ledger.done]
        todo.sort(key=lambda job: job.entry.theorem.header)  # Lean is started anew for imports
        return asyncio.run(runner.all(todo, launch_for)) if todo else True


def jobs(suite: Suite, options: Options) -> Iterator[Job]:
    if options.baseline:
        yield from (Job(entry, None) for entry in suite.entries)
    for number in range(options.passes):
        yield from (Job(entry, number) for entry in suite.entries)


class Runner:
    def __init__(self, ledger: Ledger, options: Options, on_end: OnEnd) -> None:
        self._ledger, self._options, self._on_end = ledger, options, on_end

    def set_aside(self, suite: Suite, *, has_projects: bool) -> None:
        """Note which statements this Lean cannot be asked, before it is started."""
        for job in jobs(suite, self._options):
            if job.entry.needs and not has_projects and job.id not in self._ledger.done:
                self._note(job, _lacking(job.entry))

    async def all(self, todo: list[Job], launch: LaunchFactory) -> bool:
        theorems = len({job.entry.id for job in todo})
        async with open_prover(self._options.settings, launch, theorems) as prover:
            with stop_on_interrupt() as stop:
                await self.through(todo, partial(attempt, prover), prover.workers, stop)
                return not stop.is_set()

    async def through(
        self,
        todo: Iterable[Job],
        work: Callable[[Job], Awaitable[Row]],
        at_once: int,
        stop: asyncio.Event,
    ) -> None:
        """Note what comes of each job as it ends."""
        async for ended in crew(todo, work, at_once=at_once, stop=stop):
            match ended:
                case Done(job, row):
                    self._note(job, row)
                case Broken(job, error):
                    self._note(job, _broken(job.entry, error))

    def _note(self, job: Job, row: Row) -> None:
        row = {"id": job.id, "entry": job.entry.id, **row}
        if job.number is not None:
            row["pass"] = job.number
        self._ledger.append(row)
        if job.number is not None:
            self._on_end(attempt_in(row))


async def attempt(prover: Prover, job: Job) -> Row:
    """What comes of a job, as the ledger holds it."""
    theorem, settings = job.entry.theorem, prover.settings
    if job.number is None:
        tactics = tactics_for(job.entry.needs)
        return {"alone": await alone(theorem, tactics, prover.pool, prover.verifier)}
    seeded = replace(settings, seed=settings.seed + job.number)
    return record(await replace(prover, settings=seeded).prove(theorem))


def _lacking(entry: Entry) -> dict[str, Any]:
    return {"status": Outcome.NEEDS.value, "error": f"needs {', '.join(entry.needs)}"}


def _broken(entry: Entry, error: Exception) -> dict[str, Any]:
    if isinstance(error, InvalidHeader) and entry.needs:
        return _lacking(entry)
    if isinstance(error, BadInput):
        return {"status": Outcome.INVALID.value, "error": str(error)}
    return {"status": Outcome.BROKEN.value, "error": str(error), "again": True}
