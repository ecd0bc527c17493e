"""Prometheus metrics of the service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from prover.server.job_store import Phase
from prover.server.jobs import Jobs
from prover.server.pool_cache import PoolCache, lean_processes
from prover.server.request_limits import AdmissionControl

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)


class Metrics:
    """Counters that the service updates, and gauges that are read when metrics are requested.

    Attributes:
        requests: Responses by path and status.
        proofs: Texts and proofs by kind and outcome.
        seconds: Time of each, by kind.
    """

    def __init__(self) -> None:
        self._registry = add = CollectorRegistry()
        self.requests = Counter(
            "qstar_requests", "Answers to requests.", ["path", "status"], registry=add
        )
        self.proofs = Counter(
            "qstar_proofs", "Texts and proofs by outcome.", ["kind", "outcome"], registry=add
        )
        self.seconds = Histogram(
            "qstar_proof_seconds",
            "From its turn to its answer.",
            ["kind"],
            buckets=SECONDS,
            registry=add,
        )
        self._waiting = Gauge("qstar_proofs_waiting", "Proofs that wait or run.", registry=add)
        self._entries = Gauge("qstar_warm_headers", "Sets of imports that are kept.", registry=add)
        self._processes = Gauge("qstar_lean_processes", "Lean processes.", registry=add)
        self._memory = Gauge("qstar_lean_memory_bytes", "Private memory of them all.", registry=add)
        self._jobs = Gauge("qstar_jobs", "Jobs by phase.", ["phase"], registry=add)

    def text(self, admission: AdmissionControl, pools: PoolCache, jobs: Jobs) -> bytes:
        """Update the gauges and render all metrics in Prometheus's text format."""
        processes, counts = lean_processes(), jobs.counts()
        self._waiting.set(admission.count)
        self._entries.set(len(pools))
        self._processes.set(len(processes))
        self._memory.set(sum(processes) * 2**20)
        for phase in Phase:
            self._jobs.labels(phase).set(counts.get(phase, 0))
        return generate_latest(self._registry)


class RequestCounter:
    """ASGI middleware: counts responses by the path of their endpoint and their status."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and count its response."""

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                path = getattr(scope.get("route"), "path", "other")
                self._metrics.requests.labels(path, message["status"]).inc()
            await send(message)

        await self._app(scope, receive, counted)
