"""Runs in a folder, for the page of `qstar ui`: their theorems, and several side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from benchmarks.comparison import compare
from benchmarks.report.metrics import wilson_interval
from benchmarks.results import Attempt, Run, read_run

if TYPE_CHECKING:
    from fastapi import APIRouter

    from prover.server.web.folder import Folder


def run_routes(folder: Folder) -> APIRouter:
    """Make the endpoints for the runs of a folder."""
    from fastapi import APIRouter, Query

    router = APIRouter(prefix="/v1/runs", tags=["folder"])

    @router.get("")
    def runs() -> list[dict[str, Any]]:
        """List all runs: evaluations, collections, trainings, loops."""
        return [
            {
                "path": folder.name(path),
                "kind": manifest["kind"],
                "began": manifest["facts"].get("began", ""),
                "settings": manifest["settings"],
            }
            for path, manifest in folder.manifests()
        ]

    @router.get("/theorems")
    def theorems(path: str) -> dict[str, Any]:
        """Return a row for each theorem of an evaluation, failures first."""
        run = read_run(folder.inside(path))
        return {"name": run.name, **_figures(run), "rows": run_rows(run)}

    @router.get("/compare")
    def comparison(path: list[str] = Query(min_length=2)) -> dict[str, Any]:  # noqa: B008
        """Compare evaluations with the first one, theorem by theorem."""
        first, *others = [read_run(folder.inside(name)) for name in path]
        return {
            "runs": [{"name": run.name, **_figures(run)} for run in (first, *others)],
            "comparisons": [asdict(compare(first, other)) for other in others],
        }

    return router


def run_rows(run: Run) -> list[dict[str, Any]]:
    """List the theorems of a run, those without a proof first.

    Args:
        run: The run, which may be unfinished.

    Returns:
        Of each theorem the outcome of its best attempt: the one with a proof and the fewest Lean
        calls, else the last.
    """
    attempts: dict[str, list[Attempt]] = {}
    for attempt in run.attempts:
        attempts.setdefault(attempt.entry, []).append(attempt)
    rows = [
        {
            "id": entry.id,
            "group": entry.group,
            "statement": entry.theorem.statement,
            **_outcome(attempts.get(entry.id, [])),
        }
        for entry in run.suite.entries
    ]
    return sorted(rows, key=lambda row: row["status"] == "proved")


def _outcome(attempts: Sequence[Attempt]) -> dict[str, Any]:
    if not attempts:
        return {"status": "not tried", "stop": "", "lean_calls": 0, "seconds": 0.0, "proof": ""}
    proved = [attempt for attempt in attempts if attempt.proved]
    best = min(proved, key=lambda attempt: attempt.lean_calls) if proved else attempts[-1]
    return {
        "status": best.outcome,
        "stop": best.message or best.stop,
        "lean_calls": best.lean_calls,
        "seconds": round(best.seconds, 2),
        "proof": best.proof,
    }


def _figures(run: Run) -> dict[str, Any]:
    """How many theorems were proved, and after how many Lean calls each."""
    calls = sorted(
        min(attempt.lean_calls for attempt in attempts if attempt.proved)
        for attempts in run.by_entry.values()
        if any(attempt.proved for attempt in attempts)
    )
    share = wilson_interval(len(calls), len(run.by_entry))
    return {
        "tried": len(run.by_entry),
        "proved": len(calls),
        "share": asdict(share),
        "calls": calls,
    }
