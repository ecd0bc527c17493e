"""Jobs: progress, cancelling, and what a stop or a kill leaves."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from lean_env.errors import BadInput
from lean_env.toolchain.install import LEAN_VERSION
from lean_env.wire.client import LaunchFactory
from prover.config import Settings
from prover.server.config import ServiceConfig
from prover.server.job_store import Job, JobStore, Phase
from prover.server.jobs import JobRequest, Jobs
from prover.server.pool_cache import PoolCache
from tests.support.hard import until
from tests.support.running import PATIENCE, QSTAR, running

EASY = {"statement": "theorem easy (a b : Nat) : a + b = b + a ∧ a ≤ a + b"}
HARD = {"statement": "theorem hard (f : Nat → Nat) (h : ∀ n, f (n + 1) > f (f n)) : ∀ n, f n = n"}


def views(text: str) -> Iterator[dict[str, Any]]:
    """What an event stream says."""
    for line in text.splitlines():
        if line.startswith("data: "):
            yield json.loads(line.removeprefix("data: "))


async def test_a_job_tells_how_far_it_is_and_what_came_of_it(client: httpx.AsyncClient) -> None:
    asked = await client.post("/v1/jobs", json=EASY | {"seed": 1, "polish": True})
    assert asked.status_code == 202
    path = f"/v1/jobs/{asked.json()['id']}"
    told = list(views((await client.get(f"{path}/events")).text))
    assert [view["phase"] for view in told][-1] == "ended"
    job = (await client.get(path)).json()
    assert job == told[-1]
    assert job["result"]["status"] == "proved"
    assert job["result"]["verdict"]["ok"]
    assert job["result"]["proof"].startswith(EASY["statement"])
    assert job["id"] in [one["id"] for one in (await client.get("/v1/jobs")).json()]


async def test_jobs_that_are_cancelled(client: httpx.AsyncClient) -> None:
    runs, waits = [(await client.post("/v1/jobs", json=HARD)).json()["id"] for _ in range(2)]
    assert (await client.delete(f"/v1/jobs/{waits}")).json()["phase"] == "cancelled"
    stream = asyncio.create_task(client.get(f"/v1/jobs/{runs}/events"))
    await client.delete(f"/v1/jobs/{runs}")
    *_, last = views((await stream).text)
    assert last["phase"] == "cancelled"
    assert (await client.delete(f"/v1/jobs/{runs}")).json() == last


@pytest.mark.parametrize(
    ("job", "said"),
    [
        ({"statement": "1 = 1"}, "not a declaration"),
        ({"statement": "theorem t : 1 = 1", "search": "magic"}, "no search `magic`"),
        ({"statement": "theorem t : 1 = 1", "seconds": 0}, "seconds"),
        ({}, "statement"),
    ],
)
async def test_bad_jobs(client: httpx.AsyncClient, job: dict[str, Any], said: str) -> None:
    answer = await client.post("/v1/jobs", json=job)
    assert answer.status_code == 422
    assert said in str(answer.json())


async def test_what_lean_does_not_take_ends_the_job(client: httpx.AsyncClient) -> None:
    asked = await client.post("/v1/jobs", json={"statement": "theorem t : 1 = Nope.foo"})
    *_, last = views((await client.get(f"/v1/jobs/{asked.json()['id']}/events")).text)
    assert last["result"]["status"] == "error"
    assert "Nope.foo" in last["result"]["verdict"]["reason"]


def test_a_stop_saves_a_search_and_the_next_service_goes_on(
    launch: LaunchFactory, tmp_path: Path
) -> None:
    launch(("Init",))
    jobs = tmp_path / "jobs.sqlite"
    options = ("--workers", 1, "--jobs", jobs)
    with running("serve", *options) as first, httpx.Client(base_url=first.url) as client:
        path = f"/v1/jobs/{client.post('/v1/jobs', json=HARD).json()['id']}"
        with client.stream("GET", f"{path}/events", timeout=60) as stream:
            for line in stream.iter_lines():
                view = next(views(line), {})
                if (view.get("progress") or {}).get("lean_calls", 0) >= 5:
                    break
        assert first.stop() == 0
    before = view["progress"]
    store = JobStore(jobs)
    job = store.latest(1)[0]
    saved = store.get(job.id)
    store.close()
    assert job.phase is Phase.QUEUED
    assert saved is not None
    assert saved.saved is not None
    assert saved.saved["spent"]["lean_calls"] >= before["lean_calls"]

    with running("serve", *options) as second, httpx.Client(base_url=second.url) as client:
        with client.stream("GET", f"{path}/events", timeout=60) as stream:
            for line in stream.iter_lines():
                view = next(views(line), {})
                if view.get("progress"):
                    break
        assert view["progress"]["lean_calls"] >= saved.saved["spent"]["lean_calls"]
        assert view["progress"]["states"] >= before["states"]


def test_a_killed_service_leaves_its_jobs_queued(tmp_path: Path) -> None:
    store = JobStore(tmp_path / "jobs.sqlite")
    ids = [store.add(EASY).id, store.add(HARD).id]
    taken = store.next()
    assert taken is not None
    assert taken.id == ids[0]
    store.end(ids[1], Phase.ENDED, {"status": "proved"})
    with pytest.raises(BadInput, match="another service"):
        JobStore(tmp_path / "jobs.sqlite")
    store.close()
    again = JobStore(tmp_path / "jobs.sqlite")
    assert again.counts() == {Phase.QUEUED: 1, Phase.ENDED: 1}
    assert [job.result for job in again.latest(5)] == [{"status": "proved"}, None]
    again.close()


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("This is a text, and long enough not to look empty." * 9)
    with pytest.raises(BadInput, match="cannot be used for jobs"):
        JobStore(tmp_path / "notes.txt")


@pytest.mark.parametrize("in_use", [True, False])
def test_a_service_does_not_start_without_its_file(tmp_path: Path, in_use: bool) -> None:
    path = tmp_path / "jobs.sqlite"
    store = JobStore(path)
    if not in_use:
        store.close()
        path.write_text("This is a text, and long enough not to look empty." * 9)
    done = subprocess.run(
        [*QSTAR, "serve", "--port", "0", "--jobs", str(path)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    if in_use:
        store.close()
    assert done.returncode == 2
    assert done.stderr.startswith(f"qstar: {path}: ")
    assert ("another service" if in_use else "cannot be used for jobs") in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


@asynccontextmanager
async def working(launch: LaunchFactory, store: JobStore) -> AsyncIterator[Jobs]:
    config = ServiceConfig(workers=1, settings=Settings(timeout=60, policy="portfolio"))
    lean = {"kind": "embedded", "version": LEAN_VERSION}
    async with PoolCache(launch, config) as pools, Jobs(store, pools, config, lean) as works:
        yield works


def found(store: JobStore, job: Job) -> Job:
    found = store.get(job.id)
    assert found is not None
    return found


async def test_a_job_that_is_not_of_this_version_is_not_in_the_way(
    launch: LaunchFactory, tmp_path: Path
) -> None:
    with closing(JobStore(tmp_path / "jobs.sqlite")) as store:
        odd = store.add(EASY | {"spell": "abracadabra"})
        older = store.add({"goal": "1 = 1"})
        easy = store.add(EASY)
        async with working(launch, store) as works:
            await until(lambda: found(store, easy).over)
            assert works.view(found(store, older)).statement == ""
        for job, said in ((odd, "spell: not a job for this version"), (older, "statement: ")):
            result = found(store, job).result
            assert result is not None
            assert result["status"] == "error"
            assert result["verdict"]["reason"].startswith(said)
        result = found(store, easy).result
        assert result is not None
        assert result["status"] == "proved"


async def test_jobs_go_on_once_their_file_can_be_used_again(
    launch: LaunchFactory,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("prover.server.jobs.RETRY_SECONDS", 0.05)
    path = tmp_path / "jobs.sqlite"
    with closing(JobStore(path)) as store, closing(sqlite3.connect(path)) as other:
        other.execute("ALTER TABLE jobs RENAME TO aside")
        async with working(launch, store) as works:
            await until(lambda: "no such table: jobs" in caplog.text)
            other.execute("ALTER TABLE aside RENAME TO jobs")
            hard = works.add(JobRequest(statement=HARD["statement"]))
            await until(lambda: works.view(found(store, hard)).progress is not None)
            caplog.clear()
            other.execute("ALTER TABLE jobs RENAME TO aside")
            works.cancel(hard)
            await until(lambda: f"the result of job {hard.id}" in caplog.text)
            other.execute("ALTER TABLE aside RENAME TO jobs")
            await until(lambda: found(store, hard).phase is Phase.CANCELLED)
