"""A gate for all tests of the prover on real Lean."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from lean_env.gate.verifier import Verifier
from lean_env.wire.client import LaunchFactory


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def verifier(launch: LaunchFactory) -> AsyncIterator[Verifier]:
    async with Verifier(launch) as verifier:
        yield verifier
