"""`qstar collect` as a process: real Lean, real kills."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from benchmarks.studies.kills import STATEMENTS, kill_and_resume
from lean_env.wire.client import LaunchFactory
from prover.datasets.store import JOURNAL, part_folders, read_data_manifest, read_searches
from prover.runs.ledger import LEDGER_FILE, exclusive, read_rows
from tests.support.command_line import QSTAR, qstar, write_rows

EASY = STATEMENTS[:3]
HARD = "theorem hard (f : Nat → Nat) (h : ∀ n, f (n + 1) > f (f n)) : ∀ n, f n = n"


@pytest.fixture(autouse=True, scope="module")
def _set_up(launch: LaunchFactory) -> None:
    """No set-up of Lean while a test waits for a process."""
    launch(("Init",))


@pytest.mark.long
def test_a_kill_loses_nothing_that_was_stored(tmp_path: Path) -> None:
    """Twenty kills: `python -m benchmarks.studies.kills`."""
    found = kill_and_resume(tmp_path, STATEMENTS[:12], kills=3, seed=0)
    assert found.kills == 3
    assert found.lost == 0
    assert len(found.stored) == 12
    assert set(found.stored.values()) == {1}


def test_what_a_collection_keeps(tmp_path: Path) -> None:
    suite = write_rows(tmp_path / "s.jsonl", [*EASY, "theorem no : 1 = True", "theorem f : 1 = 2"])
    out = tmp_path / "out"
    done = qstar("collect", suite, "--out", out, "--max-lean-calls", "16", "--workers", "1")
    assert done.returncode == 0, done.stderr
    assert "5 of 5 searched, 3 proved, 1 not taken by Lean" in done.stdout
    searches = list(read_searches(out))
    assert sorted(search.id for search in searches) == ["add_1", "below_1", "f", "length_1"]
    assert all(bool(search.proof) == (search.id != "f") for search in searches)
    assert {search.run for search in searches} == {read_data_manifest(out).digest}
    assert len(part_folders(out)) == 1
    assert (out / JOURNAL).read_text() == ""
    [invalid] = [row for row in read_rows(out / LEDGER_FILE) if "error" in row]
    assert invalid["id"] == "no"
    assert "again" not in invalid
    settings = read_data_manifest(out).settings
    assert settings["suite"]["name"]
    assert (settings["lean_calls"], settings["search"]) == (16, "qstar")
    rows = (out / LEDGER_FILE).read_text("utf-8").splitlines(keepends=True)
    untold = [row for row in rows if '"below_1"' not in row]  # killed before it was written
    (out / LEDGER_FILE).write_text("".join(untold), "utf-8")
    again = qstar("collect", suite, "--out", out, "--max-lean-calls", "16", "--resume")
    assert "0 of 0 searched" in again.stdout
    assert sorted((out / LEDGER_FILE).read_text("utf-8").splitlines(keepends=True)) == sorted(rows)


def test_what_was_in_a_part_that_was_removed_is_searched_again(tmp_path: Path) -> None:
    """As the advice for a damaged part has it."""
    suite = write_rows(tmp_path / "s.jsonl", [*EASY[:2], "theorem no : 1 = True"])
    out = tmp_path / "out"
    command = ("collect", suite, "--out", out, "--max-lean-calls", "16", "--workers", "1")
    assert qstar(*command).returncode == 0
    [part] = part_folders(out)
    shutil.rmtree(part)
    again = qstar(*command, "--resume")
    assert again.returncode == 0, again.stderr
    assert "2 of 2 searched, 2 proved" in again.stdout
    assert sorted(search.id for search in read_searches(out)) == ["add_1", "below_1"]
    assert "0 of 0 searched" in qstar(*command, "--resume").stdout


def test_shards_share_the_work(tmp_path: Path) -> None:
    suite = write_rows(tmp_path / "s.jsonl", EASY)
    ids = []
    for shard in ("1/2", "2/2"):
        out = tmp_path / shard.replace("/", "-")
        assert qstar("collect", suite, "--out", out, "--shard", shard).returncode == 0
        ids += [search.id for search in read_searches(out)]
    assert sorted(ids) == ["add_1", "below_1", "length_1"]


def test_ctrl_c_keeps_what_has_ended(tmp_path: Path) -> None:
    suite = write_rows(tmp_path / "s.jsonl", [EASY[0], HARD])
    out = tmp_path / "out"
    arguments = [*QSTAR, "collect", str(suite), "--out", str(out), "--workers", "1"]
    child = subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True)
    while not read_rows(out / LEDGER_FILE):
        assert child.poll() is None
        os.sched_yield()
    child.send_signal(signal.SIGINT)
    _, said = child.communicate(timeout=60)
    assert child.returncode == 130
    assert "--resume" in said
    assert "Traceback" not in said
    assert [search.id for search in read_searches(out)] == ["add_1"]


def test_bad_input(tmp_path: Path) -> None:
    suite = write_rows(tmp_path / "s.jsonl", EASY[:1], split="train")
    out = tmp_path / "out"
    assert qstar("collect", suite, "--out", out, "--timeout", "9").returncode == 0
    manifest = out / "manifest.json"
    written = manifest.read_text()
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("")
    for arguments, says in (
        (("no-such-suite", "--out", tmp_path / "x"), "no such suite and no such file"),
        ((suite, "--out", tmp_path / "x", "--split", "test"), "no split `test`"),
        ((suite, "--out", tmp_path / "x", "--shard", "3/2"), "not a part like 1/4"),
        ((suite, "--out", out, "--timeout", "9"), "there is a run here already"),
        ((suite, "--out", out, "--timeout", "8", "--resume"), "seconds was 9.0, now 8.0"),
        ((suite, "--out", tmp_path / "mine"), "no manifest.json"),
    ):
        done = qstar("collect", *arguments)
        assert done.returncode == 2, arguments
        assert says in done.stderr
        assert not (tmp_path / "x").exists()
    manifest.write_text(json.dumps(json.loads(written) | {"schema": 99}))
    done = qstar("collect", suite, "--out", out, "--timeout", "9", "--resume")
    assert done.returncode == 2
    assert "schema 99" in done.stderr
    manifest.write_text(written)
    with exclusive(out):
        done = qstar("collect", suite, "--out", out, "--timeout", "9", "--resume")
    assert done.returncode == 2
    assert "another process works in this folder" in done.stderr
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
