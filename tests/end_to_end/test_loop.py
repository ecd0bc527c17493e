"""The whole loop in miniature, with real Lean: promotion, lineage, kills."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.suites.files import read_jsonl
from lean_env.errors import BadInput
from lean_env.wire.client import LaunchFactory
from prover.config import Settings
from prover.datasets.collect import CollectionTask, collect
from prover.datasets.store import read_searches
from prover.expert_iteration.plan import LoopPlan
from prover.expert_iteration.rounds import run_loop
from prover.models import checkpoint
from prover.models.network import DecoderSize
from prover.runs.ledger import LEDGER_FILE, read_rows
from prover.training.candidate import CandidateTraining
from prover.training.fit import TrainingSchedule
from tests.support.command_line import QSTAR, qstar
from tests.support.tiny_model import tiny

TRAIN = [
    "theorem train_{0} (a b : Nat) : a + b + {0} = b + {0} + a",
    "theorem train_length_{0} (xs : List Nat) : (xs ++ xs).length + {0} = 2 * xs.length + {0}",
]
VALID = "theorem valid_{0} (a b : Nat) : b + a + {0} = {0} + a + b"
FALSE = "theorem no_{0} (n : Nat) : n = n + {0}"


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = [(text.format(n), "train") for n in range(1, 5) for text in TRAIN]
    rows += [(VALID.format(n), "valid") for n in range(1, 8)]
    rows += [(FALSE.format(n), split) for n, split in enumerate(("train", "valid"), 1)]
    file = tmp_path_factory.mktemp("suite") / "suite.jsonl"
    lines = [json.dumps({"formal_statement": text, "split": split}) for text, split in rows]
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return file


@pytest.fixture(scope="module")
def plan(suite: Path) -> LoopPlan:
    """Eight Lean calls a theorem, a network of nothing."""
    whole = read_jsonl(suite)
    size = DecoderSize(width=32, inner=64, layers=1, heads=2)
    few = TrainingSchedule(epochs=2, tokens=400)
    return LoopPlan(
        suite={"name": whole.name, "variant": whole.variant, "digest": whole.digest},
        train=[entry for entry in whole.entries if entry.split == "train"],
        valid=[entry for entry in whole.entries if entry.split == "valid"],
        settings=Settings(policy="portfolio", value="constant", max_lean_calls=8, workers=1),
        course=CandidateTraining(size=size, policy=few, value=few),
        rounds=2,
        theorems=2,
    )


@pytest.mark.long
async def test_what_is_better_is_promoted_and_what_is_not_is_kept_out(
    plan: LoopPlan, launch: LaunchFactory, tmp_path: Path
) -> None:
    """The first candidate is better than the random first model; the second proves the same.

    What they learn from are the portfolio's searches.
    """
    lean, said = launch(("Init",)), list[str]()
    checkpoint.save(tiny(), tmp_path / "random")
    work = CollectionTask(suite=dict(plan.suite), statements=plan.train, settings=plan.settings)
    await collect(tmp_path / "data", work, lean, launch)
    weak = replace(plan.settings, policy=f"model:{tmp_path / 'random'}")
    begun = replace(plan, settings=weak, data=[tmp_path / "data"])
    out = tmp_path / "out"
    rows = await asyncio.to_thread(in_process, out, begun, launch, said.append)

    assert [row.get("promoted") for row in rows] == [None, True, False]
    assert rows[0]["proved"] == rows[1]["proved before"] == 0
    assert rows[1]["proved"] == rows[2]["proved before"] == rows[2]["proved"] == 7
    assert any("round 1: promoted: 7 of 8" in line for line in said)
    assert any("round 2: not promoted" in line for line in said)
    assert (out / "round-1" / "model").is_dir()
    assert not (out / "round-2" / "model").exists()

    promoted, second = (
        json.loads((out / f"round-{n}" / "manifest.json").read_text("utf-8"))["settings"]
        for n in (1, 2)
    )
    assert promoted["standing"]["round"] == 0
    assert promoted["standing"]["system"]["policy"] == weak.policy
    assert second["standing"]["round"] == 1
    assert second["standing"]["system"]["value"] == f"learned:{out / 'round-1' / 'model'}"

    begun_as, policy, value, figures = checkpoint.load(out / "round-1" / "model").lineage
    assert begun_as["begun as"] == "a new decoder"
    assert (policy["kind"], value["kind"]) == ("policy", "process")
    assert len(policy["data"]) == 2
    assert policy["losses"]["taught"]["policy"] > 0
    assert value["imitation"] == pytest.approx(policy["imitation"], rel=0.5)
    assert (figures["round"], figures["lean calls"], figures["proved"]) == (1, 8, 7)
    assert figures["interval"][0] > 0
    assert "interval [" in (out / "round-1" / "model" / "README.md").read_text("utf-8")


def in_process(
    out: Path, plan: LoopPlan, launch: LaunchFactory, show: Callable[[str], None]
) -> list[Any]:
    """Off the tests' event loop: the loop has its own.  Ctrl-C is for main threads."""
    from contextlib import contextmanager

    from prover.expert_iteration import rounds

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rounds, "stop_on_interrupt", contextmanager(lambda: iter([asyncio.Event()])))
        return run_loop(out, plan, launch(("Init",)), launch, show=show)


def test_a_plan_that_measures_on_what_it_trains_on_is_refused(
    plan: LoopPlan, launch: LaunchFactory, tmp_path: Path
) -> None:
    lean = launch(("Init",))
    work = CollectionTask(suite=dict(plan.suite), statements=plan.valid[:1], settings=plan.settings)
    asyncio.run(collect(tmp_path / "data", work, lean, launch))
    bad = replace(plan, data=[tmp_path / "data"])
    with pytest.raises(BadInput, match="searches of the valid split"):
        run_loop(tmp_path / "out", bad, lean, launch)
    with pytest.raises(BadInput, match="needs theorems"):
        run_loop(tmp_path / "out", replace(plan, valid=[]), lean, launch)
    assert not (tmp_path / "out").exists()


def test_rounds_take_one_part_of_the_theorems_after_another(plan: LoopPlan) -> None:
    ids = [s.id for s in plan.train]
    many = replace(plan, theorems=4)
    parts = [[s.id for s in many.theorems_for_round(number)] for number in (1, 2, 3)]
    assert parts == [ids[:4], ids[4:8], [*ids[8:], *ids[:3]]]
    assert [s.id for s in replace(plan, theorems=50).theorems_for_round(2)] == ids


MILESTONES = ("round-1/policy/begin/qstar.json", f"round-1/valid/{LEDGER_FILE}")
"""Kills of collections have tests of their own."""


@pytest.mark.long
def test_killed_at_its_stages_it_comes_to_the_same_end(suite: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    options = "--rounds 1 --theorems 9 --max-lean-calls 8 --epochs 1 --workers 1 --resume"
    command = ["loop", str(out), "--suite", str(suite), *options.split()]
    for milestone in MILESTONES:
        kill_at(command, out / milestone)
        assert [row["id"] for row in read_rows(out / LEDGER_FILE)] == ["round 0"]
    done = qstar(*command)
    assert done.returncode == 0, done.stderr
    assert "round 1: not promoted, 7 of 8 proved against 7" in done.stdout
    stages = {row["id"]: row for row in read_rows(out / "round-1" / LEDGER_FILE)}
    assert list(stages) == ["train", "policy", "value", "valid"]
    assert (stages["train"]["proved"], stages["valid"]["proved"]) == (8, 7)
    for stage, theorems in (("train", 9), ("valid", 8)):
        assert len({search.id for search in read_searches(out / "round-1" / stage)}) == theorems


def kill_at(command: list[str], file: Path) -> None:
    """Kill the process, and the Lean processes with it, once there is something in `file`."""
    child = subprocess.Popen([*QSTAR, *command], stderr=subprocess.DEVNULL, start_new_session=True)
    while not (file.exists() and file.stat().st_size):
        assert child.poll() is None, f"ended before {file}"
        os.sched_yield()
    os.kill(child.pid, signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL


def test_bad_input(suite: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for arguments, says in (
        (("--suite", tmp_path / "none.jsonl"), "no such file"),
        (("--suite", suite, "--data", tmp_path), "no proof data here"),
    ):
        done = qstar("loop", out, *arguments)
        assert done.returncode == 2, done.stderr
        assert says in done.stderr
        assert not out.exists()
