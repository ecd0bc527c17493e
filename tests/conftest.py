"""What the tests share: real embedded Lean, set up once in the user's cache folder."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, settings

from lean_env.pool import LeanPool
from lean_env.toolchain.cache import default_cache_dir
from lean_env.toolchain.launch import embedded_launch
from lean_env.wire.client import LaunchFactory

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")  # how long an example takes is the machine's affair

LEAN_FOLDERS = ("lean", "end_to_end")
"""Everything in them starts Lean."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--fast",
        action="store_true",
        help="only tests that neither start Lean nor take long: what `make test-fast` runs",
    )
    parser.addoption(
        "--write-transcripts",
        action="store_true",
        help="write what Lean answers now into the transcripts, instead of comparing",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--fast"):
        sys.addaudithook(_refuse_lean)


def _refuse_lean(event: str, arguments: tuple[Any, ...]) -> None:
    """With `--fast`, a test that starts Lean all the same fails instead of being slow."""
    if event == "subprocess.Popen" and Path(str(arguments[0])).name == "node":
        pytest.fail("this test starts Lean: move it to tests/lean, or mark it `lean`")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the tests that start Lean: by their folder, or because they use the fixture `launch`."""
    for item in items:
        folder = item.path.relative_to(Path(__file__).parent).parts[0]
        if folder in LEAN_FOLDERS or "launch" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.lean)
    if config.getoption("--fast"):
        left_out = [item for item in items if any(map(item.get_closest_marker, ("lean", "slow")))]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]


@pytest.fixture(scope="session")
def launch() -> LaunchFactory:
    """How to start embedded Lean; sets up what is missing."""
    return partial(embedded_launch, default_cache_dir())


@pytest_asyncio.fixture(scope="session")
async def pool(launch: LaunchFactory) -> AsyncIterator[LeanPool]:
    """Two workers for all tests that do them no harm."""
    async with LeanPool(launch) as pool:
        yield pool
