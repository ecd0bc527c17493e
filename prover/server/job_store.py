"""Persistent storage of jobs in SQLite: request, phase, saved search, result."""

from __future__ import annotations

import json
import sqlite3
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from lean_env.errors import BadInput

_TABLE = """
CREATE TABLE IF NOT EXISTS jobs (
    id TEXT PRIMARY KEY,
    created REAL NOT NULL,
    phase TEXT NOT NULL,
    request TEXT NOT NULL,
    result TEXT,
    saved TEXT
)
"""

KEPT_SEARCHES = 50
"""How many of the newest jobs keep their search once they are over."""


class Phase(StrEnum):
    """The life cycle of a job; `ENDED` says nothing about success, which the result does."""

    QUEUED = "queued"
    RUNNING = "running"
    CANCELLED = "cancelled"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it is stored.

    Attributes:
        id: Random identifier.
        created: Unix time in seconds.
        phase: Where it is in its life cycle.
        request: The JSON body of the request.
        result: A row as `qstar prove --json` writes it; None until the job has ended.
        saved: The graph and the budget used of a search that was interrupted or is over.
    """

    id: str
    created: float
    phase: Phase
    request: Mapping[str, Any]
    result: Mapping[str, Any] | None = None
    saved: Mapping[str, Any] | None = None

    @property
    def over(self) -> bool:
        """Whether the job has ended or was cancelled."""
        return self.phase in (Phase.CANCELLED, Phase.ENDED)


class JobStore:
    """The jobs of one service; changes are on disk when a method returns."""

    def __init__(self, path: Path) -> None:
        """Open or create the file, and queue jobs again that ran when the last process ended.

        Raises:
            BadInput: The file cannot be used, or another process uses it.
        """
        self._lock = FileLock(path.with_name(f".{path.name}.lock"), thread_local=False)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=0)
            self._db = sqlite3.connect(path, isolation_level=None)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute(_TABLE)
            self._db.execute(
                "UPDATE jobs SET phase = ? WHERE phase = ?", (Phase.QUEUED, Phase.RUNNING)
            )
        except Timeout:
            raise BadInput(
                "another service has its jobs here",
                where=str(path),
                remedy="choose another file: --jobs FILE",
            ) from None
        except (OSError, sqlite3.Error) as error:
            raise BadInput(f"cannot be used for jobs: {error}", where=str(path)) from error

    def close(self) -> None:
        """Close the file and release its lock."""
        self._db.close()
        self._lock.release()

    def add(self, request: Mapping[str, Any]) -> Job:
        """Queue a new job."""
        job = Job(uuid.uuid4().hex, time.time(), Phase.QUEUED, request)
        self._db.execute(
            "INSERT INTO jobs (id, created, phase, request) VALUES (?, ?, ?, ?)",
            (job.id, job.created, job.phase, json.dumps(request)),
        )
        return job

    def get(self, id: str) -> Job | None:
        """Look up a job; None if there is no such job."""
        found = self._db.execute(
            "SELECT id, created, phase, request, result, saved FROM jobs WHERE id = ?", (id,)
        ).fetchone()
        return _job(*found) if found else None

    def latest(self, most: int) -> list[Job]:
        """List the `most` newest jobs, newest first, without their saved searches."""
        found = self._db.execute(
            "SELECT id, created, phase, request, result, NULL FROM jobs"
            " ORDER BY created DESC LIMIT ?",
            (most,),
        )
        return [_job(*row) for row in found]

    def next(self) -> Job | None:
        """Mark the oldest queued job as running and return it; None if none is queued."""
        found = self._db.execute(
            "UPDATE jobs SET phase = ? WHERE id ="
            " (SELECT id FROM jobs WHERE phase = ? ORDER BY created LIMIT 1)"
            " RETURNING id, created, phase, request, result, saved",
            (Phase.RUNNING, Phase.QUEUED),
        ).fetchone()
        return _job(*found) if found else None

    def save(self, id: str, saved: Mapping[str, Any]) -> None:
        """Store what an interrupted search resumes from."""
        self._db.execute("UPDATE jobs SET saved = ? WHERE id = ?", (json.dumps(saved), id))

    def put_back(self, id: str) -> None:
        """Queue a running job again."""
        self._db.execute("UPDATE jobs SET phase = ? WHERE id = ?", (Phase.QUEUED, id))

    def end(
        self,
        id: str,
        phase: Phase,
        result: Mapping[str, Any] | None,
        saved: Mapping[str, Any] | None = None,
    ) -> None:
        """Store a job's final phase and result, and its search, to look at and to go on with.

        The searches of all but the newest `KEPT_SEARCHES` jobs that are over are dropped.
        """
        text = None if result is None else json.dumps(result)
        search = None if saved is None else json.dumps(saved)
        self._db.execute(
            "UPDATE jobs SET phase = ?, result = ?, saved = ? WHERE id = ?",
            (phase, text, search, id),
        )
        self._db.execute(
            "UPDATE jobs SET saved = NULL WHERE phase IN (?, ?) AND id NOT IN"
            " (SELECT id FROM jobs ORDER BY created DESC LIMIT ?)",
            (Phase.ENDED, Phase.CANCELLED, KEPT_SEARCHES),
        )

    def reopen(self, id: str, request: Mapping[str, Any], saved: Mapping[str, Any] | None) -> None:
        """Queue a job that is over again, with another request and what it goes on from."""
        search = None if saved is None else json.dumps(saved)
        self._db.execute(
            "UPDATE jobs SET phase = ?, request = ?, result = NULL, saved = ? WHERE id = ?",
            (Phase.QUEUED, json.dumps(request), search, id),
        )

    def counts(self) -> dict[Phase, int]:
        """Count jobs by phase; phases without jobs are left out."""
        rows = self._db.execute("SELECT phase, count(*) FROM jobs GROUP BY phase")
        return {Phase(phase): count for phase, count in rows}


def _job(
    id: str, created: float, phase: str, request: str, result: str | None, saved: str | None
) -> Job:
    return Job(
        id,
        created,
        Phase(phase),
        json.loads(request),
        json.loads(result) if result else None,
        json.loads(saved) if saved else None,
    )
