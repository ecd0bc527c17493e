"""One service with a folder to show, and one browser, for all tests of a module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from prover.tracing import trace
from tests.support.browser import chromium, watched_page
from tests.support.running import Running, running
from tests.support.runs import entry, run_of
from tests.support.synthetic import random_table
from tests.support.traces import searched

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")
def browser(folder: Path) -> Iterator[Browser]:  # noqa: ARG001  is made before: it needs asyncio
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two evaluations and two traces."""
    root = tmp_path_factory.mktemp("shown")
    names = [entry(name) for name in ("alpha", "beta", "gamma")]
    run_of(root / "first", dict(zip(names, [(3,), (None,), (9,)], strict=True)))
    run_of(root / "second", dict(zip(names, [(2,), (5,), (None,)], strict=True)))
    traces = root / "traces"
    traces.mkdir()
    table = random_table(states=60, tactics=10, seed=2)
    trace.write(traces, "qstar", *searched(table, calls=200, name="big"))
    trace.write(traces, "qstar", *searched({0: [()]}, name="<b>small</b>"))
    return root


@pytest.fixture(scope="module")
def service(
    browser: Browser,  # noqa: ARG001  no service without one
    folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Running]:
    jobs = tmp_path_factory.mktemp("jobs") / "jobs.sqlite"
    with running("ui", folder, "--no-open", "--workers", 1, "--jobs", jobs) as service:
        yield service


@pytest.fixture
def page(browser: Browser, service: Running) -> Iterator[Page]:
    with watched_page(browser, viewport={"width": 1280, "height": 900}) as page:
        page.set_default_timeout(60_000)
        page.goto(service.url)
        yield page
