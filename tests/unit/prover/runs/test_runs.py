"""Manifests, ledgers and crews: what a run keeps, whatever ends it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from lean_env.errors import BadInput, BrokenEnvironment, InvalidStatement, ToolchainError
from prover.runs.concurrency import (
    MAX_ATTEMPTS,
    Errored,
    Finished,
    run_concurrently,
    stop_on_interrupt,
)
from prover.runs.files import reporting_disk_errors
from prover.runs.ledger import LEDGER_FILE, Ledger, open_run
from prover.runs.manifest import Manifest, environment_facts, read_manifest
from prover.runs.partition import Shard
from tests.support.disk import files_of_at_most

MANIFEST = Manifest(kind="test", schema=1, settings={"search": "astar", "seed": 0}, facts={})


# Folder and manifest


def test_a_run_goes_on_where_it_ended(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "run"
    manifest = replace(MANIFEST, facts=environment_facts(lean="4"))
    with open_run(folder, manifest, resume=False) as ledger:
        ledger.append({"id": "a", "n": 1})
        ledger.append({"id": "b", "again": True})
    assert read_manifest(folder, "test", 1) == manifest
    with open_run(folder, replace(MANIFEST, facts={"later": True}), resume=True) as ledger:
        assert ledger.done == {"a"}
        ledger.append({"id": "b", "n": 2})
        assert [row["id"] for row in ledger.rows] == ["a", "b"]
        assert ledger.done == {"a", "b"}
    assert read_manifest(folder, "test", 1) == manifest


def test_what_a_folder_may_not_hold(tmp_path: Path) -> None:
    with open_run(tmp_path / "run", MANIFEST, resume=True):
        pass
    with pytest.raises(BadInput, match="a run here already") as caught:
        open_run(tmp_path / "run", MANIFEST, resume=False).__enter__()
    assert "--resume" in caught.value.remedy
    other = replace(MANIFEST, settings={"search": "qstar", "seed": 0, "k": 3})
    with pytest.raises(BadInput, match=r"k was None, now 3; search was 'astar', now 'qstar'"):
        open_run(tmp_path / "run", other, resume=True).__enter__()
    for changed in (replace(MANIFEST, schema=2), replace(MANIFEST, kind="eval")):
        with pytest.raises(BadInput, match="holds `test` of schema 1"):
            open_run(tmp_path / "run", changed, resume=True).__enter__()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("do not touch")
    with pytest.raises(BadInput, match=r"no manifest\.json"):
        open_run(tmp_path / "mine", MANIFEST, resume=True).__enter__()
    assert [f.name for f in (tmp_path / "mine").iterdir()] == ["thesis.txt"]
    with pytest.raises(BadInput, match="not a folder"):
        open_run(tmp_path / "mine" / "thesis.txt", MANIFEST, resume=False).__enter__()
    (tmp_path / "run" / "manifest.json").write_text("{}")
    with pytest.raises(BadInput, match="not a manifest"):
        open_run(tmp_path / "run", MANIFEST, resume=True).__enter__()


def test_two_processes_on_one_folder(tmp_path: Path) -> None:
    code = f"""
from pathlib import Path
from prover.runs.ledger import open_run
from prover.runs.manifest import Manifest
manifest = Manifest(kind="test", schema=1, settings={dict(MANIFEST.settings)!r}, facts={{}})
with open_run(Path({str(tmp_path)!r}), manifest, resume=True) as ledger:
    ledger.append({{"id": "a"}})
    print("in", flush=True)
    input()
"""
    child = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"in\n"
    with pytest.raises(BadInput, match="another process"):
        open_run(tmp_path, MANIFEST, resume=True).__enter__()
    child.kill()
    child.wait()
    with open_run(tmp_path, MANIFEST, resume=True) as ledger:
        assert ledger.done == {"a"}


# Ledger


def test_a_line_cut_short_is_dropped(tmp_path: Path) -> None:
    file = tmp_path / LEDGER_FILE
    Ledger(file).append({"id": "a"})
    whole = file.read_bytes()
    for cut in (b'{"id":"b"', b"\x00\xff"):
        file.write_bytes(whole + cut)
        notices: list[str] = []
        ledger = Ledger(file, notices.append)
        assert ledger.done == {"a"}
        assert [str(file) in notice for notice in notices] == [True]
        assert file.read_bytes() == whole
    ledger.append({"id": "α"})
    assert Ledger(file).done == {"a", "α"}


@pytest.mark.parametrize("line", ["nonsense", "[1]", '{"id": 3}', '{"name": "x"}', ""])
def test_an_edited_line_is_refused_with_its_place(tmp_path: Path, line: str) -> None:
    file = tmp_path / LEDGER_FILE
    file.write_text(f'{{"id": "a"}}\n{line}\n{{"id": "b"}}\n')
    with pytest.raises(BadInput) as caught:
        Ledger(file)
    assert str(caught.value).startswith(f"{file}:2: ")


def test_a_full_disk_leaves_whole_lines(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / LEDGER_FILE)
    ledger.append({"id": "a"})
    with files_of_at_most(30), pytest.raises(BrokenEnvironment, match="cannot write"):
        ledger.append({"id": "b", "text": "x" * 100})
    assert ledger.done == {"a"}
    assert json.loads((tmp_path / LEDGER_FILE).read_text()) == {"id": "a"}
    ledger.append({"id": "c"})
    assert Ledger(tmp_path / LEDGER_FILE).done == {"a", "c"}


def test_a_full_disk_is_said() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full here")
    says = "the disk is full: cannot write"
    with pytest.raises(BrokenEnvironment, match=says) as caught, reporting_disk_errors(full):
        full.write_text("x")
    assert "--resume" in caught.value.remedy


def test_a_manifest_that_could_not_be_written_is_in_nobody_s_way(tmp_path: Path) -> None:
    with files_of_at_most(10), pytest.raises(BrokenEnvironment, match="cannot write"):
        open_run(tmp_path, MANIFEST, resume=False).__enter__()
    with open_run(tmp_path, MANIFEST, resume=False) as ledger:
        assert ledger.done == set()


# Crew


async def test_a_slow_one_holds_nobody_back() -> None:
    rest_ended = asyncio.Event()

    async def work(item: int) -> int:
        if item == 0:
            await rest_ended.wait()
        return item * item

    order = []
    async for ended in run_concurrently(range(6), work, at_once=2):
        assert isinstance(ended, Finished)
        order.append((ended.item, ended.result))
        if len(order) == 5:
            rest_ended.set()
    assert order == [(1, 1), (2, 4), (3, 9), (4, 16), (5, 25), (0, 0)]


async def test_broken_machines_are_tried_again_and_kept_apart() -> None:
    tries = dict.fromkeys(("once", "always", "invalid", "fine"), 0)

    async def work(item: str) -> int:
        tries[item] += 1
        if item == "always" or (item == "once" and tries[item] == 1):
            raise BrokenEnvironment("it broke")
        if item == "invalid":
            raise InvalidStatement("no such thing")
        return tries[item]

    found = {ended.item: ended async for ended in run_concurrently(tries, work, at_once=3)}
    assert tries == {"once": 2, "always": MAX_ATTEMPTS, "invalid": 1, "fine": 1}
    assert found["once"] == Finished("once", 2)
    assert isinstance(found["always"], Errored)
    assert isinstance(found["invalid"], Errored)
    assert isinstance(found["invalid"].error, InvalidStatement)


async def test_a_missing_lean_ends_everything() -> None:
    async def work(_: int) -> int:
        raise ToolchainError("no Lean")

    with pytest.raises(ToolchainError):
        [ended async for ended in run_concurrently(range(3), work, at_once=2)]


async def test_ctrl_c_ends_what_is_under_way() -> None:
    cancelled = []

    async def work(item: int) -> int:
        if item < 2:
            return item
        if item == 3:
            os.kill(os.getpid(), signal.SIGINT)
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.append(item)
        return item

    with stop_on_interrupt() as stop:
        done = [
            ended.item async for ended in run_concurrently(range(9), work, at_once=2, stop=stop)
        ]
    assert sorted(done) == [0, 1]
    assert sorted(cancelled) == [2, 3]


# Shards


def test_shards_make_the_whole() -> None:
    ids = [f"theorem {i}" for i in range(400)]
    parts = [[id for id in ids if id in Shard.parse(f"{i}/4")] for i in (1, 2, 3, 4)]
    assert sorted(id for part in parts for id in part) == sorted(ids)
    assert all(70 < len(part) < 130 for part in parts)
    assert [id for id in ids if id in Shard()] == ids
    assert str(Shard.parse("2/3")) == "2/3"


@pytest.mark.parametrize("text", ["", "1", "0/2", "3/2", "1/2/3", "a/b", "-1/2"])
def test_other_shards_are_refused(text: str) -> None:
    with pytest.raises(BadInput, match="not a part"):
        Shard.parse(text)
