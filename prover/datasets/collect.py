"""Search many theorems and store every search whole: the work of `qstar collect`."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from lean_env.errors import BadInput
from lean_env.toolchain.launch import LaunchSpec
from lean_env.types import Theorem
from lean_env.wire.client import LaunchFactory
from prover.config import Settings
from prover.datasets.records import SCHEMA, Search, record_search
from prover.datasets.store import KIND, SearchStore, read_searches
from prover.runs.concurrency import Errored, Finished, run_concurrently
from prover.runs.ledger import Ledger, Row, open_run
from prover.runs.manifest import Manifest, environment_facts
from prover.runs.partition import Shard
from prover.runs.progress import SILENT, Progress, search_detail
from prover.session import ProverSession, open_prover


class Statement(Protocol):
    """An entry of a suite."""

    @property
    def id(self) -> str:
        """Unique name within the suite."""

    @property
    def theorem(self) -> Theorem:
        """What is to be proved."""

    @property
    def split(self) -> str:
        """One of `train`, `valid` and `test`; empty if the suite has no splits."""

    @property
    def group(self) -> str:
        """What statistics are grouped by, for instance a namespace."""

    @property
    def strict_names(self) -> bool:
        """Whether a name that nothing declares makes the statement invalid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionTask:
    """What to search.

    Attributes:
        suite: Name, variant and digest of the suite.
        statements: Its entries.
        settings: Settings of all searches.
        shard: The part of the statements that this run searches.
    """

    suite: dict[str, str]
    statements: Sequence[Statement]
    settings: Settings
    shard: Shard = field(default_factory=Shard)


@dataclass(slots=True)
class CollectionProgress:
    """How far a collection is.

    Attributes:
        todo: Number of theorems to search in this run.
        ended: Number of theorems done.
        proved: How many of them were proved.
        edges: Tactics that Lean ran.
        invalid: Theorems that Lean rejects.
        broken: Theorems lost to broken Lean processes.
        overhead: Seconds spent on building and writing records.
        worked: Seconds that Lean's workers were busy, summed over the workers.
        began: When it started, by `time.monotonic`.
    """

    todo: int
    ended: int = 0
    proved: int = 0
    edges: int = 0
    invalid: int = 0
    broken: int = 0
    overhead: float = 0.0
    worked: float = 0.0
    began: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """Wall-clock time since the start."""
        return time.monotonic() - self.began


def collection_manifest(work: CollectionTask, launch: LaunchSpec) -> Manifest:
    """Make the manifest that a collection is stored with and compared to on resume."""
    return Manifest(
        kind=KIND,
        schema=SCHEMA,
        settings={
            "suite": work.suite,
            "theorems": len(work.statements),
            "shard": str(work.shard),
            **work.settings.recorded,
            "lean": {"kind": launch.kind, "version": launch.version},
        },
        facts=environment_facts(workers=work.settings.workers),
    )


async def collect(
    folder: Path,
    work: CollectionTask,
    launch: LaunchSpec,
    launch_for: LaunchFactory,
    *,
    resume: bool = False,
    stop: asyncio.Event | None = None,
    on_end: Callable[[CollectionProgress], None] = lambda _: None,
    notice: Callable[[str], None] = lambda _: None,
    progress: Progress = SILENT,
) -> CollectionProgress:
    """Search the theorems of `work` that are not done yet, and add them to the data in `folder`.

    Args:
        folder: The folder of proof data; created if it does not exist.
        work: What to search.
        launch: The Lean that is run.
        launch_for: Starts it for a header.
        resume: Whether data that are already in `folder` may be added to.
        stop: Setting it ends the collection; searches in progress are dropped.
        on_end: Called after each theorem.
        notice: Called with notices.
        progress: Told of each theorem.

    Returns:
        The final counts.

    Raises:
        BadInput: `folder` holds something else, or data of other settings.
        BrokenEnvironment: The data cannot be written.
        ToolchainError: Lean is missing.
    """
    manifest = collection_manifest(work, launch)
    with open_run(folder, manifest, resume=resume, notice=notice) as ledger:
        store = SearchStore(folder, notice)
        if unlogged := store.ids - ledger.done:  # killed between the two writes
            for search in read_searches(folder):
                if search.id in unlogged:
                    ledger.append(_row(search))
        invalid = {str(row["id"]) for row in ledger.rows if "error" in row} & ledger.done
        done = store.ids | invalid  # not `ledger.done`: a part may have been deleted
        todo = [s for s in work.statements if s.id in work.shard and s.id not in done]
        # Lean is restarted for other imports
        todo.sort(key=lambda statement: statement.theorem.header)
        tally = CollectionProgress(todo=len(todo))
        total = sum(statement.id in work.shard for statement in work.statements)
        progress.stage("searching", total, done=total - len(todo))
        if todo:
            async with open_prover(work.settings, launch_for, len(todo)) as prover:
                collector = _Collector(ledger, store, manifest.digest, work, tally, progress)
                await collector.all(todo, prover, stop, on_end)
        store.seal()
    return tally


@dataclass(frozen=True, slots=True)
class _Collector:
    ledger: Ledger
    store: SearchStore
    run: str
    work: CollectionTask
    tally: CollectionProgress
    progress: Progress

    async def all(
        self,
        todo: Sequence[Statement],
        prover: ProverSession,
        stop: asyncio.Event | None,
        on_end: Callable[[CollectionProgress], None],
    ) -> None:
        """Search all of `todo`, one more at a time than there are workers.

        So Lean has work while one search waits for the gate or the policy.
        """

        async def search(statement: Statement) -> Search:
            self.progress.begin(statement.id)
            result = await prover.prove(
                statement.theorem,
                keep_graph=True,
                strict_names=statement.strict_names,
                on_progress=lambda p: self.progress.update(statement.id, search_detail(p)),
            )
            assert result.graph is not None
            began = time.perf_counter()
            found = record_search(
                result,
                result.graph,
                id=statement.id,
                run=self.run,
                suite=self.work.suite["name"],
                split=statement.split,
                group=statement.group,
            )
            self.tally.overhead += time.perf_counter() - began
            return found

        async for ended in run_concurrently(todo, search, at_once=prover.workers + 1, stop=stop):
            began = time.perf_counter()
            match ended:
                case Finished(statement, found):
                    self._keep(found)
                case Errored(statement, error):
                    self._note(statement.id, error)
            self.tally.ended += 1
            self.progress.figures(f"{self.tally.proved:,} proved, {self.tally.edges:,} edges")
            self.progress.end(statement.id)
            self.tally.overhead += time.perf_counter() - began
            self.tally.worked = prover.pool.busy_seconds
            on_end(self.tally)

    def _keep(self, search: Search) -> None:
        self.store.append(search)
        self.ledger.append(_row(search))
        self.tally.edges += len(search.edges)
        self.tally.proved += bool(search.proof)

    def _note(self, id: str, error: Exception) -> None:
        """Log an error; only a theorem that Lean does not reject is tried again on resume."""
        invalid = isinstance(error, BadInput)
        self.tally.invalid += invalid
        self.tally.broken += not invalid
        row: dict[str, Any] = {"id": id, "error": str(error)}
        self.ledger.append(row if invalid else row | {"again": True})


def _row(search: Search) -> Row:
    return {
        "id": search.id,
        "status": search.status.value,
        "stop": search.stop.value,
        "edges": len(search.edges),
        "seconds": round(search.stats.seconds, 3),
    }


def progress_line(tally: CollectionProgress) -> str:
    """Summarize counts and edges per second in a line for people."""
    rate = tally.edges / max(tally.seconds, 1e-9)
    invalid = f", {tally.invalid} not taken by Lean" if tally.invalid else ""
    return (
        f"{tally.ended:,} of {tally.todo:,} searched, {tally.proved:,} proved{invalid}; "
        f"{tally.edges:,} edges, {rate:.0f} a second"
    )
