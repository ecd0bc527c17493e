"""The service as an ASGI application."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Annotated, Any, TypeVar

from fastapi import Depends, FastAPI, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.exceptions import HTTPException as StarletteHTTPException

from lean_env.errors import BadInput, LeanEnvError
from lean_env.wire.client import LaunchFactory
from prover.registry import policies, searches
from prover.runs.manifest import package_version
from prover.server.access_log import AccessLog
from prover.server.check import CheckReply, CheckRequest, LegacyCheckRequest, Snippet, check
from prover.server.config import ServiceConfig
from prover.server.docs_page import docs_page
from prover.server.generate import GenerateReply, GenerateRequest, Generator
from prover.server.job_store import Job, JobStore
from prover.server.jobs import POLICIES, JobRequest, Jobs, JobView, MoreBudget
from prover.server.metrics import Metrics, RequestCounter
from prover.server.pool_cache import PoolCache
from prover.server.request_limits import (
    AdmissionControl,
    QueueFull,
    RequestGuard,
    RequestRefused,
    cancel_on_disconnect,
)
from prover.server.verify import Proof, VerifyReply, VerifyRequest, verify
from prover.server.web import files
from prover.server.web.live import graph_events, job_search

T = TypeVar("T")
R = TypeVar("R")

ABOUT = (
    "Lean 4 checked and proved.  `/api/check` compiles texts, as Kimina's clients ask for it; "
    "`/v1/verify` says whether theorems are proved; `/v1/jobs` searches for proofs."
)


NO_ENDPOINT = "there is no such endpoint: see /docs"
"""The message of a 404 for an unknown path."""

NOT_JSON = "the body is not taken for JSON: send it with `Content-Type: application/json`"
"""The message on a body of another type."""

NOT_READY = "Lean is being started"
"""Why /ready returns 503 until the first proof was checked."""


class Service:
    """What the endpoints share while the context of `open` lasts.

    Attributes:
        config: Limits and settings.
        lean: Kind and version of Lean, for people.
        admission: Limits the proofs that wait or run.
        metrics: Counters for Prometheus.
        not_ready: Why the service cannot answer yet; empty once it can.
        pools: Lean processes.
        jobs: Proof searches in the background; `store` stays open after `open` ends.
        generator: Proposes tactics without running them.
    """

    def __init__(
        self, launch: LaunchFactory, config: ServiceConfig, store: JobStore, lean: dict[str, str]
    ) -> None:
        self.config, self.lean = config, lean
        self.admission, self.metrics = AdmissionControl(config.queue), Metrics()
        self.not_ready = NOT_READY
        self.generator = Generator(config.settings)
        self._launch, self._store = launch, store
        self.pools: PoolCache
        self.jobs: Jobs

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Start Lean and the jobs; end both when the context ends."""
        async with (
            PoolCache(self._launch, self.config) as self.pools,
            Jobs(self._store, self.pools, self.config, self.lean) as self.jobs,
        ):
            warming_up = asyncio.create_task(self._warm_up())
            try:
                yield
            finally:
                warming_up.cancel()
                await asyncio.gather(warming_up, return_exceptions=True)

    async def stop(self) -> None:
        """End the jobs and their event streams; to be called before waiting for open requests."""
        self.not_ready = "the service is being stopped"
        await self.jobs.stop()

    async def check(
        self, request: Request, snippets: list[Snippet], wanted: float
    ) -> list[CheckReply]:
        """Compile texts for a request, which may disconnect meanwhile.

        Args:
            request: The HTTP request.
            snippets: The texts.
            wanted: The requested time limit for each text in seconds; the service's own is an
                upper bound.

        Returns:
            A reply for each text, in order.

        Raises:
            QueueFull: Too many proofs wait already.
            RequestRefused: The client has gone.
        """
        seconds = min(wanted, self.config.seconds)

        async def one(snippet: Snippet) -> CheckReply:
            reply = await check(self.pools, snippet, seconds)
            self._ended("check", "error" if reply.error else "answered", reply.time)
            return reply

        return await self._all(request, one, snippets)

    async def verify(self, request: Request, proofs: list[Proof]) -> list[VerifyReply]:
        """Verify proofs for a request, which may disconnect meanwhile.

        Args:
            request: The HTTP request.
            proofs: The proofs.

        Returns:
            A reply for each proof, in order.

        Raises:
            QueueFull: Too many proofs wait already.
            RequestRefused: The client has gone.
        """

        async def one(proof: Proof) -> VerifyReply:
            reply = await verify(self.pools, proof)
            self._ended("verify", reply.status, reply.seconds)
            return reply

        return await self._all(request, one, proofs)

    async def _warm_up(self) -> None:
        """Start Lean for texts without imports, and check that it works."""
        trivial = Proof(statement="theorem warm_up : True", proof="trivial")
        empty = Snippet(id="", code="")
        texts = [check(self.pools, empty, self.config.seconds) for _ in range(self.config.workers)]
        proof, replies = await asyncio.gather(verify(self.pools, trivial), asyncio.gather(*texts))
        failed = [reply.error for reply in replies if reply.error]
        if proof.status != "accepted":
            failed.append(proof.message or f"a trivial proof was {proof.status}")
        self.not_ready = failed[0] if failed else ""

    async def _all(
        self, request: Request, one: Callable[[T], Awaitable[R]], items: Sequence[T]
    ) -> list[R]:
        with self.admission.admitted(len(items)):
            return await cancel_on_disconnect(
                request, asyncio.gather(*(one(item) for item in items))
            )

    def _ended(self, kind: str, outcome: str, seconds: float) -> None:
        self.admission.ended()
        self.metrics.proofs.labels(kind, outcome).inc()
        self.metrics.seconds.labels(kind).observe(seconds)


def make_app(service: Service, token: str | None = None) -> FastAPI:
    """Make the HTTP application.

    Args:
        service: What the endpoints share; opened and closed with the application.
        token: The bearer token that clients must send; None to let everybody in.
    """
    config = service.config

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with service.open():
            yield

    app = FastAPI(
        title="qstar",
        version=package_version() or "unknown",  # FastAPI takes no empty one
        description=ABOUT,
        lifespan=lifespan,
        docs_url=None,  # FastAPI's pages load scripts from elsewhere
        redoc_url=None,
    )
    app.state.service = service
    app.add_middleware(
        RequestGuard, token=token, body_bytes=config.body_bytes, body_seconds=config.body_seconds
    )
    app.add_middleware(RequestCounter, metrics=service.metrics)
    app.add_middleware(AccessLog)
    _add_errors(app)
    _add_checks(app, service)
    _add_jobs(app, service)
    _add_searches(app, service)
    app.include_router(files.router)

    @app.get("/health", tags=["service"])
    async def health() -> dict[str, Any]:
        """The service answers; `lean` is what it would run."""
        return {"status": "ok", "lean": service.lean, "waiting": service.admission.count}

    @app.get("/ready", tags=["service"], responses={503: {"description": "Not ready"}})
    async def ready() -> JSONResponse:
        """Whether Lean has been started and checks proofs.

        200 once it does; 503 before that, when it failed to start, and while the service stops.
        """
        if service.not_ready:
            return JSONResponse({"error": service.not_ready}, 503)
        return JSONResponse({"status": "ready"})

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return HTMLResponse(docs_page(app.openapi()))

    @app.get("/metrics", response_class=Response, tags=["service"])
    async def metrics() -> Response:
        """For Prometheus."""
        text = service.metrics.text(service.admission, service.pools, service.jobs)
        return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")

    return app


def _add_checks(app: FastAPI, service: Service) -> None:
    @app.post("/api/check", tags=["check"])
    async def check_texts(wanted: CheckRequest, request: Request) -> dict[str, list[CheckReply]]:
        """Compile texts and return Lean's messages.

        That a text compiles does not mean that a theorem is proved: use `/v1/verify` for that.
        """
        return {"results": await service.check(request, wanted.snippets, wanted.timeout)}

    @app.post("/verify", tags=["check"])
    async def check_codes(wanted: LegacyCheckRequest, request: Request) -> dict[str, Any]:
        """Compile texts, as `/api/check` does, in the format of older clients."""
        snippets = [Snippet(id=str(i), code=code.text) for i, code in enumerate(wanted.codes)]
        replies = await service.check(request, snippets, wanted.timeout)
        pairs = zip(wanted.codes, replies, strict=True)
        return {"results": [reply.legacy(code.custom_id) for code, reply in pairs]}

    @app.post("/v1/verify", tags=["verify"])
    async def verify_proofs(
        wanted: VerifyRequest, request: Request
    ) -> dict[str, list[VerifyReply]]:
        """Check whether the theorems are proved.

        The kernel decides, in a process that has not seen the proof's text; statement and axioms
        are compared.
        """
        return {"results": await service.verify(request, wanted.proofs)}

    @app.post("/generate", tags=["tactics"])
    async def generate(wanted: GenerateRequest) -> GenerateReply:
        """Propose tactics for a printed goal, as LeanCopilot's external models do."""
        return await service.generator.generate(wanted)


async def named_job(id: str, request: Request) -> Job:
    """Look up the job that a path names.

    Raises:
        RequestRefused: There is none.
    """
    job: Job | None = request.app.state.service.jobs.find(id)
    if job is None:
        raise RequestRefused(404, f"there is no job {id}")
    return job


NamedJob = Annotated[Job, Depends(named_job)]


def _add_jobs(app: FastAPI, service: Service) -> None:
    @app.post("/v1/jobs", status_code=202, tags=["jobs"])
    async def add_job(wanted: JobRequest) -> JobView:
        """Search for a proof in the background.  Jobs survive a restart of the service."""
        return service.jobs.view(service.jobs.add(wanted))

    @app.get("/v1/jobs", tags=["jobs"])
    async def latest_jobs(most: Annotated[int, Query(ge=1, le=1000)] = 50) -> list[JobView]:
        """List jobs, the newest first."""
        return [service.jobs.view(job) for job in service.jobs.latest(most)]

    @app.get("/v1/jobs/{id}", tags=["jobs"])
    async def get_job(job: NamedJob) -> JobView:
        """Report how far a job is, with its result once it has ended."""
        return service.jobs.view(job)

    @app.get("/v1/jobs/{id}/events", response_class=EventSourceResponse, tags=["jobs"])
    async def job_events(job: NamedJob) -> AsyncIterator[ServerSentEvent]:
        """Stream the job as `GET` shows it, now and after each change, until it has ended."""
        async for view in service.jobs.views(job.id):
            yield ServerSentEvent(event=view.phase, data=view)

    @app.delete("/v1/jobs/{id}", tags=["jobs"])
    async def cancel_job(job: NamedJob) -> JobView:
        """End a job with what it has; one that has ended already stays as it is."""
        service.jobs.cancel(job)
        return service.jobs.view(service.jobs.find(job.id) or job)


def _add_searches(app: FastAPI, service: Service) -> None:
    @app.get("/v1/options", tags=["jobs"])
    async def options() -> dict[str, Any]:
        """List the names that a job may give, and what holds for jobs that give none."""
        ours = service.config.settings
        return {
            "searches": {name: search.help for name, search in searches().items()},
            "policies": {name: policies()[name].help for name in POLICIES},
            "search": ours.search_name,
            "policy": ours.policy_name,
            "seconds": ours.timeout,
            "version": app.version,
            "lean": service.lean,
        }

    @app.post("/v1/jobs/{id}/resume", status_code=202, tags=["jobs"])
    async def resume_job(job: NamedJob, more: MoreBudget) -> JobView:
        """Let a job go on with what it found, that ended without a proof."""
        service.jobs.resume(job, more)
        return service.jobs.view(service.jobs.find(job.id) or job)

    @app.get("/v1/jobs/{id}/search", tags=["jobs"])
    async def get_search(job: NamedJob) -> dict[str, Any]:
        """Return the states and tactics of a job, as `qstar explain` shows those of a trace.

        They are kept for the newest jobs; 404 for an older one, and before Lean has answered.
        """
        found = await job_search(service.jobs, job)
        if found is None:
            raise RequestRefused(404, f"no search is kept of job {job.id}")
        return found

    @app.get("/v1/jobs/{id}/search/events", response_class=EventSourceResponse, tags=["jobs"])
    async def search_events(job: NamedJob) -> AsyncIterator[ServerSentEvent]:
        """Stream a job with the states and tactics that are new, until it has ended."""
        async for event in graph_events(service.jobs, job.id):
            yield ServerSentEvent(event=event["job"].phase, data=event)


def _add_errors(app: FastAPI) -> None:
    """Make every error `{"error": …}` with, where they are known, `where` and `remedy`."""

    @app.exception_handler(RequestValidationError)
    async def bad_request(_: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        if first["type"] == "json_invalid":
            return JSONResponse({"error": f"not JSON: {first['ctx']['error']}"}, 400)
        if first["loc"] == ("body",) and isinstance(error.body, bytes):
            return JSONResponse({"error": NOT_JSON}, 422)
        where = ".".join(str(part) for part in first["loc"][1:])
        return JSONResponse({"error": first["msg"], "where": where}, 422)

    @app.exception_handler(StarletteHTTPException)
    async def http_error(request: Request, error: StarletteHTTPException) -> JSONResponse:
        ours = {404: NO_ENDPOINT, 405: f"{request.method} is not for this endpoint: see /docs"}
        is_default = error.detail == HTTPStatus(error.status_code).phrase
        message = ours.get(error.status_code, error.detail) if is_default else error.detail
        return JSONResponse({"error": message}, error.status_code, error.headers)

    @app.exception_handler(QueueFull)
    async def full(_: Request, error: QueueFull) -> JSONResponse:
        message = f"{error.waiting} proofs wait already; try again in {error.seconds} s"
        return JSONResponse({"error": message}, 429, {"retry-after": str(error.seconds)})

    @app.exception_handler(RequestRefused)
    async def refused(_: Request, error: RequestRefused) -> JSONResponse:
        return JSONResponse({"error": error.message}, error.status)

    @app.exception_handler(LeanEnvError)
    async def lean_error(_: Request, error: LeanEnvError) -> JSONResponse:
        content = {"error": str(error), "remedy": error.remedy}
        return JSONResponse(content, 422 if isinstance(error, BadInput) else 503)
