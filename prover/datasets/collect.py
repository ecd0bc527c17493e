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
    """What a suite has for each theorem."""

    @property
    def id(self) -> str: ...
    @property
    def theorem(self) -> Theorem: ...
    @property
    def split(self) -> str: ...
    @property
    def group(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionTask:
    """`suite` says which statements these are: name, variant, digest.  Those of another shard are
    left to others."""

    suite: dict[str, str]
    statements: Sequence[Statement]
    settings: Settings
    shard: Shard = field(default_factory=Shard)


@dataclass(slots=True)
class CollectionProgress:
    """How far a collection is.  `overhead` is the time spent on records and on writing them, and
    `worked` the time that Lean's workers, all together, were at work."""

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
        return time.monotonic() - self.began


def collection_manifest(work: CollectionTask, launch: LaunchSpec) -> Manifest:
    return Manifest(
        kind=KIND,
        schema=SCHEMA,
        settings={
            "suite": work.suite,
            "theorems": len(work.statements),
            "shard": str(work.shard),
            **work.settings.deciding,
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
    on_end: Callable[[CollectionProgress], None] = lambda tally: None,
    notice: Callable[[str], None] = lambda text: None,
    progress: Progress = SILENT,
) -> CollectionProgress:
    """Search what is left of `work` and add it to the data in `folder`.

    Setting `stop` ends it with what there is.  Raises `BadInput` for a folder that holds something
    else, and what makes all theorems fail alike.
    """
    manifest = collection_manifest(work, launch)
    with open_run(folder, manifest, resume=resume, notice=notice) as ledger:
        store = SearchStore(folder, notice)
        if untold := store.ids - ledger.done:  # killed between the two
            for search in read_searches(folder):
                if search.id in untold:
                    ledger.append(_row(search))
        invalid = {str(row["id"]) for row in ledger.rows if "error" in row} & ledger.done
        done = store.ids | invalid  # not what was in a part that is gone
        todo = [s for s in work.statements if s.id in work.shard and s.id not in done]
        todo.sort(
            key=lambda statement: statement.theorem.header
        )  # Lean is started anew for imports
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
        """One theorem more than there are workers is in flight: while one is at the gate, or at the
        policy, Lean has work."""

        async def search(statement: Statement) -> Search:
            self.progress.begin(statement.id)
            result = await prover.prove(
                statement.theorem,
                keep_graph=True,
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
        """What could not be searched: for good when Lean does not take it as it stands."""
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
    rate = tally.edges / max(tally.seconds, 1e-9)
    invalid = f", {tally.invalid} not taken by Lean" if tally.invalid else ""
    return (
        f"{tally.ended:,} of {tally.todo:,} searched, {tally.proved:,} proved{invalid}; "
        f"{tally.edges:,} edges, {rate:.0f} a second"
    )
