"""Proof searches as background jobs, with progress events, that survive a restart."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lean_env.errors import BadInput, BrokenEnvironment, LeanEnvError
from prover.config import Settings
from prover.graph.save import dump, load
from prover.graph.store import ProofGraph
from prover.pipeline import prove
from prover.problems.read import declared_name, parse_statement
from prover.result import SearchResult
from prover.result_json import Outcome, outcome_record
from prover.server.config import ServiceConfig
from prover.server.job_store import Job, JobStore, Phase
from prover.server.pool_cache import PoolCache
from prover.types import Budget, Guide, Policy, Problem, StopReason, Style

logger = logging.getLogger(__name__)

SAVE_SECONDS = 30.0
"""Seconds between saves of a running search, which is what a kill may lose."""

EVENT_SECONDS = 0.2
"""Least time between two events of a job."""

POLICIES = ("portfolio", "lemmas", "shipped")
"""What jobs may name: a policy with an argument would read a folder or ask another server."""

RETRY_SECONDS = 5.0
"""Time until the file of jobs is tried again after an error."""


class JobRequest(BaseModel):
    """A theorem to prove; options that are left out are the service's own.

    `seconds` is capped at the service's time limit.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"statement": "theorem t (a b : Nat) : a + b = b + a", "seconds": 60}]
        },
    )

    statement: Annotated[str, Field(description="The theorem's declaration.")]
    header: Annotated[
        str, Field(description="Lean source before the statement: imports, `open`s, definitions.")
    ] = ""
    search: Annotated[str | None, Field(description="The search algorithm, by name.")] = None
    policy: Annotated[
        str | None,
        Field(description="Names of policies that take no argument, with commas between."),
    ] = None
    seconds: Annotated[float | None, Field(gt=0, description="Time limit in seconds.")] = None
    lean_calls: Annotated[int | None, Field(gt=0, description="How many tactics Lean may run.")] = (
        None
    )
    seed: Annotated[int | None, Field(description="Of everything that is random.")] = None
    polish: Annotated[bool | None, Field(description="Shorten the proof once found.")] = None
    style: Annotated[
        Style | None,
        Field(description="How the proof is written: for reading, or with few and long lines."),
    ] = None

    def settings(self, ours: Settings) -> Settings:
        """Combine the request's options with the service's settings.

        Raises:
            BadInput: There is no such search algorithm or policy, or the policy is not for clients.
        """
        if self.policy is not None and not set(self.policy.split(",")) <= set(POLICIES):
            raise BadInput(
                f"`{self.policy}` is not a policy that a job may name",
                where="policy",
                remedy=f"choose among {', '.join(POLICIES)}; several with commas between",
            )
        wanted = self.model_dump(exclude={"statement", "header"}, exclude_none=True)
        if ours.timeout is not None and self.seconds is not None:
            wanted["seconds"] = min(self.seconds, ours.timeout)
        names = {"seconds": "timeout", "lean_calls": "max_lean_calls"}
        wanted = {names.get(name, name): value for name, value in wanted.items()}
        return replace(ours, **wanted)


class MoreBudget(BaseModel):
    """How much further a job that has ended without a proof may go."""

    model_config = ConfigDict(extra="forbid")

    seconds: Annotated[float | None, Field(gt=0, description="More time, in seconds.")] = None
    lean_calls: Annotated[int | None, Field(gt=0, description="More tactics for Lean.")] = None


class JobView(BaseModel):
    """A job as clients see it.

    `progress` is there while it runs, `result`, as of `qstar prove --json`, once it has ended;
    `resumable` says whether more budget lets it go on.
    """

    id: str
    phase: Phase
    created: float
    statement: str
    header: str
    search: str
    resumable: bool
    progress: dict[str, int | float] | None = None
    result: dict[str, Any] | None = None


@dataclass(slots=True)
class _Running:
    cancel: asyncio.Event = field(default_factory=asyncio.Event)
    problem: Problem | None = None
    spent: dict[str, int | float] = field(default_factory=dict)  # in earlier processes
    before: dict[str, int | float] = field(default_factory=dict)  # of that, not of this budget
    saved_at: float = field(default_factory=time.monotonic)


class Jobs:
    """Runs the jobs of a store, oldest first, while its async context lasts.

    When the context ends, running searches are saved and queued again.
    """

    def __init__(
        self, store: JobStore, pools: PoolCache, config: ServiceConfig, lean: dict[str, str]
    ):
        self._store, self._pools, self._config, self._lean = store, pools, config, lean
        self._running: dict[str, _Running] = {}
        self._stopping = asyncio.Event()
        self._changed = asyncio.Event()  # set and replaced whenever a job is added or changes
        self._parts: dict[str, tuple[Policy, Guide]] = {}  # of each policy, made when first needed
        self._workers: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Jobs:
        count = self._config.jobs_at_once
        self._workers = [asyncio.create_task(self._work()) for _ in range(count)]
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Save running searches and end all event streams."""
        self._stopping.set()
        for running in self._running.values():
            running.cancel.set()
        self._notify()
        await asyncio.gather(*self._workers)

    # For the endpoints

    def add(self, request: JobRequest) -> Job:
        """Queue a job.

        Raises:
            BadInput: The request is wrong in a way that can be seen without Lean.
        """
        parse_statement(request.statement)
        request.settings(self._config.settings)
        job = self._store.add(request.model_dump(exclude_none=True))
        self._notify()
        return job

    def cancel(self, job: Job) -> None:
        """End a job with what it has; one that has ended stays as it is."""
        if running := self._running.get(job.id):
            running.cancel.set()
        elif not job.over:
            self._store.end(job.id, Phase.CANCELLED, None)
            self._notify()

    def resume(self, job: Job, more: MoreBudget) -> None:
        """Queue a job again that has ended without a proof, to go on with its graph.

        Args:
            job: The job.
            more: The budget of this stretch; what is left out is as the job was first given it.

        Raises:
            BadInput: The job has not ended, or nothing is left to try.
        """
        if not _is_resumable(job):
            raise BadInput(
                "this job cannot go on: it runs, has a proof, or has nothing left to try"
            )
        saved = dict(job.saved or {})
        request = dict(job.request) | more.model_dump(exclude_none=True)
        self._store.reopen(job.id, request, saved | {"before": saved["spent"]} if saved else None)
        self._notify()

    def graph(self, id: str) -> ProofGraph | None:
        """Return the proof graph of a job that runs; None if it does not, or has none yet."""
        running = self._running.get(id)
        return running.problem.graph if running and running.problem else None

    def find(self, id: str) -> Job | None:
        """Look up a job; None if there is no such job."""
        return self._store.get(id)

    def latest(self, most: int) -> list[Job]:
        """List the `most` newest jobs, newest first."""
        return self._store.latest(most)

    def counts(self) -> dict[Phase, int]:
        """Count the stored jobs by phase."""
        return self._store.counts()

    def view(self, job: Job) -> JobView:
        """Convert a job to what clients see, with its current progress."""
        running = self._running.get(job.id)
        return JobView(
            id=job.id,
            phase=job.phase,
            created=job.created,
            statement=_statement(job),
            header=str(job.request.get("header", "")),
            search=str(job.request.get("search", self._config.settings.search_name)),
            resumable=_is_resumable(job),
            progress=_progress(running) if running and running.problem else None,
            result=dict(job.result) if job.result is not None else None,
        )

    async def views(self, id: str) -> AsyncIterator[JobView]:
        """Yield a job now and after each change, until it has ended or the service stops."""
        last = None
        while (job := self.find(id)) is not None:
            changed, view = self._changed, self.view(job)
            if view != last:
                yield view
                last = view
            if job.over or self._stopping.is_set():
                return
            await asyncio.sleep(EVENT_SECONDS)
            await changed.wait()

    # Running them

    def _notify(self) -> None:
        """Wake the workers and the event streams."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def _work(self) -> None:
        while not self._stopping.is_set():
            changed = self._changed
            try:
                job = self._store.next()
                if job:
                    await self._run(job)
            except Exception:  # the worker must live on for the jobs that follow
                logger.exception("the jobs cannot go on; the next attempt: %g s", RETRY_SECONDS)
                await self._pause()
            else:
                if job is None:
                    await changed.wait()

    async def _pause(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), RETRY_SECONDS)

    async def _run(self, job: Job) -> None:
        running = self._running[job.id] = _Running()
        try:
            await self._conclude(job, running, await self._outcome(job, running))
        finally:
            del self._running[job.id]
            self._notify()

    async def _outcome(self, job: Job, running: _Running) -> SearchResult | LeanEnvError:
        try:
            return await self._search(job, running)
        except LeanEnvError as error:
            return error
        except Exception as error:  # a bug in one job must not end the others
            logger.exception("job %s", job.id)
            return BrokenEnvironment(f"internal error: {error!r}")

    async def _conclude(
        self, job: Job, running: _Running, result: SearchResult | LeanEnvError
    ) -> None:
        """Store the result of a job, trying until the file can be written.

        If the service stops before that, the next one finds the job still running and queues it
        again.
        """
        cancelled = isinstance(result, SearchResult) and result.stop is StopReason.CANCELLED
        if cancelled and self._stopping.is_set():
            self._save(job.id, running)
            self._store.put_back(job.id)
            return
        phase = Phase.CANCELLED if cancelled else Phase.ENDED
        found = outcome_record(Outcome(declared_name(_statement(job)), result), self._lean)
        while True:
            try:
                self._store.end(job.id, phase, found, _saved(running))
                return
            except sqlite3.Error as error:
                logger.error("the result of job %s cannot be written: %s", job.id, error)
                if self._stopping.is_set():
                    return
                await self._pause()

    async def _search(self, job: Job, running: _Running) -> SearchResult:
        request = _request(job)
        settings = request.settings(self._config.settings)
        policy, guide = await self._policy_and_guide(settings)
        saved = job.saved or {}
        running.spent, running.before = dict(saved.get("spent", {})), dict(saved.get("before", {}))

        def progress(problem: Problem) -> None:
            running.problem = problem
            if time.monotonic() - running.saved_at > SAVE_SECONDS:
                self._save(job.id, running)
            self._notify()

        async with self._pools.entry(request.header) as entry:
            return await prove(
                parse_statement(request.statement, request.header),
                env=entry.pool,
                verifier=entry.gate,
                policy=policy,
                value=guide.value,
                scorer=guide.scorer,
                algorithm=settings.make_search(),
                budget=_left(settings.budget, running.spent, running.before),
                seed=settings.seed,
                saved=load(saved["graph"]) if saved else None,
                polished=settings.polish,
                style=settings.style,
                strict_names=True,
                on_progress=progress,
                cancel=running.cancel,
            )

    async def _policy_and_guide(self, settings: Settings) -> tuple[Policy, Guide]:
        """Make policy and value, once for all jobs, without blocking the event loop."""
        name = settings.policy_name
        if name not in self._parts:
            policy = await asyncio.to_thread(settings.make_policy)
            self._parts[name] = policy, await asyncio.to_thread(settings.make_guide)
        return self._parts[name]

    def _save(self, id: str, running: _Running) -> None:
        if saved := _saved(running):
            running.saved_at = time.monotonic()
            try:
                self._store.save(id, saved)
            except sqlite3.Error as error:  # the search itself goes on
                logger.error("job %s cannot be saved: %s", id, error)


def _request(job: Job) -> JobRequest:
    """Parse a stored request; raises `BadInput` if it is of an incompatible version."""
    try:
        return JobRequest.model_validate(job.request)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadInput(f"not a job for this version: {first['msg']}", where=where) from error


def _statement(job: Job) -> str:
    return str(job.request.get("statement", ""))


def _progress(running: _Running) -> dict[str, int | float]:
    """Report the budget used, earlier processes included, and the size of the graph."""
    assert running.problem is not None
    used = running.problem.budget.stats
    return {
        "seconds": round(used.seconds + running.spent.get("seconds", 0), 2),
        "lean_calls": used.lean_calls + running.spent.get("lean_calls", 0),
        "states": len(running.problem.graph.nodes),
    }


def _saved(running: _Running) -> dict[str, Any] | None:
    """What a search is continued from, and its graph is shown from."""
    if running.problem is None:
        return None
    graph = dump(running.problem.graph)
    return {"spent": _progress(running), "before": running.before, "graph": graph}


def _is_resumable(job: Job) -> bool:
    stop = (job.result or {}).get("stop", StopReason.CANCELLED)
    done = (StopReason.PROVED, StopReason.EXHAUSTED, "error")
    return job.over and stop not in done


def _left(budget: Budget, spent: Mapping[str, float], before: Mapping[str, float]) -> Budget:
    """The budget without what was spent of it; `before` is what was spent of an earlier one."""
    used = {name: spent[name] - before.get(name, 0) for name in spent}
    seconds, lean_calls = budget.seconds, budget.lean_calls
    return replace(
        budget,
        seconds=None if seconds is None else max(seconds - used.get("seconds", 0), 0.0),
        lean_calls=None if lean_calls is None else lean_calls - int(used.get("lean_calls", 0)),
    )
