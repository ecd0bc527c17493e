"""What the tests share: real embedded Lean, set up once in the user's cache folder."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, settings

from lean_env.pool import LeanPool
from lean_env.toolchain.cache import default_cache_dir
from lean_env.toolchain.launch import embedded_launch
from lean_env.wire.client import LaunchFactory

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")  # how long an example takes is the machine's affair


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--write-transcripts",
        action="store_true",
        help="write what Lean answers now into the transcripts, instead of comparing",
    )


@pytest.fixture(scope="session")
def launch() -> LaunchFactory:
    """How to start embedded Lean; sets up what is missing."""
    return partial(embedded_launch, default_cache_dir())


@pytest_asyncio.fixture(scope="session")
async def pool(launch: LaunchFactory) -> AsyncIterator[LeanPool]:
    """Two workers for all tests that do them no harm."""
    async with LeanPool(launch) as pool:
        yield pool
