"""The proof graph of a job: as it grows, and whole."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

from prover.graph.save import load
from prover.graph.store import ProofGraph
from prover.problems.read import declared_name
from prover.server.job_store import Job
from prover.server.jobs import Jobs, JobView
from prover.tracing.trace import Trace
from prover.tracing.view import GraphChanges, search_view
from prover.types import Stats, StopReason, TheoremStatus


async def graph_events(jobs: Jobs, id: str) -> AsyncIterator[dict[str, Any]]:
    """Yield a job with what is new in its graph, now and after each change, until it has ended.

    Args:
        jobs: All jobs.
        id: The job's id.

    Yields:
        The job as `GET` shows it under `job`, and what `GraphChanges.next` tells under `graph`;
        the first graph of a stream is whole.
    """
    changes = GraphChanges()
    async for view in jobs.views(id):
        graph = jobs.graph(id)
        yield {"job": view, "graph": changes.next(graph) if graph else None}


async def job_search(jobs: Jobs, job: Job) -> dict[str, Any] | None:
    """Describe the search of a job as a stored trace is described; None if there is no graph."""
    graph = jobs.graph(job.id) or await asyncio.to_thread(_stored, job)
    return search_view(_trace(jobs.view(job), graph)) if graph else None


def _stored(job: Job) -> ProofGraph | None:
    return load(dict(job.saved["graph"])) if job.saved else None


def _trace(view: JobView, graph: ProofGraph) -> Trace:
    found: Mapping[str, Any] = view.result or {}
    ended = found.get("status") not in (None, "error")
    stats = Stats(**found["stats"]) if ended else Stats()
    return Trace(
        name=declared_name(view.statement),
        search=view.search,
        graph=graph,
        status=TheoremStatus(found["status"]) if ended else TheoremStatus.OPEN,
        stop=StopReason(found["stop"]) if ended else StopReason.CANCELLED,
        proof=found.get("proof", ""),
        stats=stats,
    )
