"""Run a suite: every pass over every theorem exactly once, across interruptions.

Besides the prover's attempts a run can record a baseline: which of Lean's automation tactics prove
a theorem by themselves.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.results import KIND, SCHEMA, SUITE, Attempt, Outcome, attempt_in, write_suite
from benchmarks.suites.types import Entry, Suite
from lean_env.errors import BadInput, InvalidHeader
from lean_env.gate.gate import Gate
from lean_env.toolchain.launch import LaunchSpec
from lean_env.types import Applied, Environment
from lean_env.wire.client import LaunchFactory
from prover.config import Settings
from prover.problems.names import require_declared
from prover.result_json import record
from prover.runs.concurrency import Errored, Finished, run_concurrently, stop_on_interrupt
from prover.runs.ledger import Ledger, Row, open_run
from prover.runs.manifest import Manifest, environment_facts
from prover.runs.progress import SILENT, Progress, search_detail
from prover.session import ProverSession, open_prover
from prover.types import Problem

TACTICS = (
    "rfl", "decide", "decide +kernel", "simp", "simp_all", "omega", "grind", "exact?", "try?",
)  # fmt: skip
MATHLIB_TACTICS = (
    "norm_num", "ring", "linarith", "nlinarith", "positivity", "field_simp", "aesop",
)  # fmt: skip


def baseline_tactics(needs: tuple[str, ...]) -> tuple[str, ...]:
    """Select the automation tactics for a theorem.

    Args:
        needs: The modules that the theorem's header imports beyond core Lean.

    Returns:
        Core Lean's tactics, and Mathlib's where Mathlib is imported.
    """
    return (*TACTICS, *MATHLIB_TACTICS) if "Mathlib" in needs else TACTICS


async def baseline_proofs(
    entry: Entry, tactics: tuple[str, ...], env: Environment, verifier: Gate
) -> dict[str, bool]:
    """Check which tactics prove a theorem by themselves: close it, and pass the gate.

    Args:
        entry: The statement.
        tactics: The tactics, each tried as the whole proof.
        env: Runs the tactics.
        verifier: The gate that decides whether a proof counts.

    Returns:
        For each tactic, whether it is a proof.

    Raises:
        LeanEnvError: Whatever `Environment.start` raises, for instance for an invalid statement.
    """
    theorem = entry.theorem
    state = await env.start(theorem)
    try:
        if entry.strict_names:
            require_declared(theorem, state.auto_bound)
        [transitions] = await env.step([(state, tactics)])
    finally:
        await env.release([state])
    proved = {}
    for tactic, transition in zip(tactics, transitions, strict=True):
        closed = isinstance(transition, Applied) and transition.closed
        proved[tactic] = closed and (await verifier.verify(theorem, tactic)).verdict.ok
    return proved


OnEnd = Callable[[Attempt], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """How a suite is run.

    Attributes:
        settings: The prover's settings.
        passes: The number of attempts at each theorem; pass i uses the seed `settings.seed + i`.
        baseline: Whether Lean's automation tactics are tried alone as well.
    """

    settings: Settings
    passes: int = 1
    baseline: bool = True


@dataclass(frozen=True, slots=True)
class AttemptJob:
    """A pass over an entry; without a number, the baseline of Lean's automation tactics for it."""

    entry: Entry
    number: int | None

    @property
    def id(self) -> str:
        """The id of the ledger's row: `ENTRY#PASS`, or `ENTRY#alone` for the baseline."""
        return f"{self.entry.id}#{'alone' if self.number is None else self.number}"

    @property
    def title(self) -> str:
        """The name that progress displays show while the job runs."""
        what = "Lean's automation" if self.number is None else f"attempt {self.number + 1}"
        return f"{self.entry.id}, {what}"


def run_manifest(suite: Suite, options: RunOptions, launch: LaunchSpec) -> Manifest:
    """Describe a run: runs with equal settings may be continued and compared.

    Args:
        suite: The statements.
        options: How they are run.
        launch: The Lean that runs them.

    Returns:
        The manifest, with the settings that decide results and facts about the machine.
    """
    suite_is = {"name": suite.name, "variant": suite.variant, "digest": suite.digest}
    return Manifest(
        kind=KIND,
        schema=SCHEMA,
        settings={
            "suite": suite_is,
            **options.settings.recorded,
            "passes": options.passes,
            "baseline": options.baseline,
            "lean": launch.lean,
        },
        facts=environment_facts(workers=options.settings.workers or "as many as fit"),
    )


def run(
    folder: Path,
    suite: Suite,
    options: RunOptions,
    launch: LaunchSpec,
    launch_for: LaunchFactory,
    *,
    resume: bool = False,
    on_end: OnEnd = lambda _: None,
    notice: Callable[[str], None] = lambda _: None,
    progress: Progress = SILENT,
) -> bool:
    """Run the jobs of a suite that are not done yet.

    Args:
        folder: Where the run is stored.
        suite: The statements.
        options: How they are run.
        launch: Describes the Lean toolchain.
        launch_for: Starts Lean for the imports of a header.
        resume: Whether a run that is already in the folder is continued.
        on_end: Called with each attempt that ended.
        notice: Called with messages about an unusable end of the ledger.
        progress: Shown the progress of attempts and of the baseline.

    Returns:
        Whether the run is complete; False when Ctrl-C ended it early.

    Raises:
        BadInput: The folder holds another run.
        LeanEnvError: A problem of the set-up, which would make every theorem fail.
    """
    manifest = run_manifest(suite, options, launch)
    with open_run(folder, manifest, resume=resume, notice=notice) as ledger:
        if not (folder / SUITE).exists():
            write_suite(folder, suite)
        runner = Runner(ledger, options, on_end, progress)
        runner.record_unsupported(suite, has_projects=launch.kind == "native")
        todo = [job for job in attempt_jobs(suite, options) if job.id not in ledger.done]
        total = sum(1 for _ in attempt_jobs(suite, options))
        progress.stage("evaluating", total, done=total - len(todo))
        todo.sort(key=lambda job: job.entry.theorem.header)  # Lean is started anew for imports
        return asyncio.run(runner.run_all(todo, launch_for)) if todo else True


def attempt_jobs(suite: Suite, options: RunOptions) -> Iterator[AttemptJob]:
    """List all jobs of a run: first the baseline, then pass after pass.

    Args:
        suite: The statements.
        options: The number of passes, and whether there is a baseline.

    Yields:
        The jobs, including those that are done.
    """
    if options.baseline:
        yield from (AttemptJob(entry, None) for entry in suite.entries)
    for number in range(options.passes):
        yield from (AttemptJob(entry, number) for entry in suite.entries)


class Runner:
    """Runs jobs concurrently and writes the outcome of each to the ledger."""

    def __init__(
        self,
        ledger: Ledger,
        options: RunOptions,
        on_end: OnEnd,
        progress: Progress = SILENT,
    ) -> None:
        self._ledger, self._options, self._on_end = ledger, options, on_end
        self._progress, self._proved = progress, 0

    def record_unsupported(self, suite: Suite, *, has_projects: bool) -> None:
        """Record the statements that this Lean cannot run, before it is started."""
        for job in attempt_jobs(suite, self._options):
            if job.entry.needs and not has_projects and job.id not in self._ledger.done:
                self._record(job, _lacks_modules(job.entry))

    async def run_all(self, todo: list[AttemptJob], launch: LaunchFactory) -> bool:
        """Start Lean and run the jobs; False when Ctrl-C ended them early."""
        theorems = len({job.entry.id for job in todo})
        async with open_prover(self._options.settings, launch, theorems) as prover:
            with stop_on_interrupt() as stop:
                await self.run_jobs(todo, partial(self._attempt, prover), prover.workers, stop)
                return not stop.is_set()

    async def _attempt(self, prover: ProverSession, job: AttemptJob) -> Row:
        self._progress.begin(job.title)
        try:
            return await attempt(
                prover,
                job,
                lambda problem: self._progress.update(job.title, search_detail(problem)),
            )
        finally:
            self._progress.end(job.title)

    async def run_jobs(
        self,
        todo: Iterable[AttemptJob],
        work: Callable[[AttemptJob], Awaitable[Row]],
        at_once: int,
        stop: asyncio.Event,
    ) -> None:
        """Run jobs concurrently and record the outcome of each as it ends.

        Args:
            todo: The jobs, in the order in which they begin.
            work: Runs a job; an error counts as an outcome of the job.
            at_once: The most jobs that run at a time.
            stop: Ends the run once it is set.
        """
        async for ended in run_concurrently(todo, work, at_once=at_once, stop=stop):
            match ended:
                case Finished(job, row):
                    self._record(job, row)
                case Errored(job, error):
                    self._record(job, _error_row(job.entry, error))

    def _record(self, job: AttemptJob, row: Row) -> None:
        row = {"id": job.id, "entry": job.entry.id, **row}
        if job.number is not None:
            row["pass"] = job.number
        self._ledger.append(row)
        if job.number is not None:
            ended = attempt_in(row)
            self._proved += ended.proved
            self._progress.figures(f"{self._proved:,} proved")
            self._on_end(ended)


async def attempt(
    prover: ProverSession,
    job: AttemptJob,
    on_progress: Callable[[Problem], None] | None = None,
) -> Row:
    """Run one job.

    Args:
        prover: A ready prover, whose seed is that of pass 0.
        job: A pass over a theorem, or its baseline.
        on_progress: Called with the search's problem while it runs.

    Returns:
        The job's row for the ledger, without its id.
    """
    settings = prover.settings
    if job.number is None:
        tactics = baseline_tactics(job.entry.needs)
        return {"alone": await baseline_proofs(job.entry, tactics, prover.pool, prover.verifier)}
    seeded = replace(settings, seed=settings.seed + job.number)
    seeded_prover = replace(prover, settings=seeded)
    result = await seeded_prover.prove(
        job.entry.theorem, strict_names=job.entry.strict_names, on_progress=on_progress
    )
    return record(result)


def _lacks_modules(entry: Entry) -> dict[str, Any]:
    return {"status": Outcome.NEEDS.value, "error": f"needs {', '.join(entry.needs)}"}


def _error_row(entry: Entry, error: Exception) -> dict[str, Any]:
    if isinstance(error, InvalidHeader) and entry.needs:
        return _lacks_modules(entry)
    if isinstance(error, BadInput):
        return {"status": Outcome.INVALID.value, "error": str(error)}
    return {"status": Outcome.BROKEN.value, "error": str(error), "again": True}
