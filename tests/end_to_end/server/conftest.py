"""One service for all tests that do it no harm."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import closing

import httpx
import pytest
import pytest_asyncio

from lean_env.toolchain.install import LEAN_VERSION
from lean_env.wire.client import LaunchFactory
from prover.config import Settings
from prover.server.app import Service, make_app
from prover.server.config import ServiceConfig
from prover.server.job_store import JobStore

PATIENCE = 120


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def service(
    launch: LaunchFactory, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Service]:
    launch(("Init",))
    config = ServiceConfig(
        settings=Settings(timeout=60),
        workers=1,
        queue=40,
        seconds=60,
        body_bytes=2**20,
    )
    with closing(JobStore(tmp_path_factory.mktemp("service") / "jobs.sqlite")) as store:
        lean = {"kind": "embedded", "version": LEAN_VERSION}
        service = Service(launch, config, store, lean)
        async with service.open():
            yield service


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def client(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    """Talks to the application in this process."""
    transport = httpx.ASGITransport(make_app(service))
    async with httpx.AsyncClient(
        transport=transport, base_url="http://qstar", timeout=PATIENCE
    ) as client:
        yield client
