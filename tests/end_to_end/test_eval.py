"""`qstar eval` and `qstar compare` as processes, with real Lean; and what killing does to a run."""

from __future__ import annotations

import json
import time
from pathlib import Path
from random import Random

import pytest

from benchmarks.results import Outcome, read_run
from benchmarks.studies.resume import STATEMENTS, check
from lean_env.wire.client import LaunchFactory
from tests.support.command_line import qstar
from tests.support.samples import MATHLIB, deepseek, write_rows

FEW = ("--max-lean-calls", "12", "--timeout", "600", "--workers", "1")


@pytest.fixture(autouse=True, scope="module")
def _set_up(launch: LaunchFactory) -> None:
    launch(("Init",))


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a suite in which there is something of everything, and a run of it."""
    folder = tmp_path_factory.mktemp("runs")
    statements = [
        {"name": "swap", "formal_statement": "theorem swap (a b : Nat) : a + b = b + a"},
        {"name": "hard", "formal_statement": "theorem hard (n : Nat) : n * n = n"},
        {"name": "real", "formal_statement": "theorem real : (2 : ℝ) = 2", "header": MATHLIB},
        {"name": "bad", "formal_statement": "theorem bad : Nat.nope = 2"},
        {"name": "unknown", "formal_statement": "theorem unknown (x : Intt) : x = x"},
    ]
    suite = write_rows(folder / "suite.jsonl", statements)
    done = qstar("eval", suite, "--out", folder / "a", "--passes", "2", *FEW)
    assert done.returncode == 0, done.stderr
    assert "suite: 1 of 2 proved" in done.stdout
    assert "pass@2: 50.0% [" in done.stdout
    assert "Lean's automation alone: 1 of 2" in done.stdout
    assert "Embedded Lean has no Mathlib" in done.stdout
    assert "swap: proved (" in done.stderr
    return folder


def test_results_and_reports(runs: Path) -> None:
    run = read_run(runs / "a")
    by_name = {(a.entry, a.number): a for a in run.attempts}
    assert len(by_name) == len(run.attempts) == 10
    assert {id: by_name[id, 0].outcome for id, _ in by_name} == {
        "swap": Outcome.PROVED,
        "hard": Outcome.OPEN,
        "real": Outcome.NEEDS,
        "bad": Outcome.INVALID,
        "unknown": Outcome.INVALID,
    }
    assert "nothing declares `Intt`" in by_name["unknown", 0].message
    assert by_name["swap", 1].proved
    assert by_name["hard", 0].lean_calls == 12
    assert run.alone["swap"]["omega"]
    assert not any(run.alone["hard"].values())
    report = json.loads((runs / "a" / "report.json").read_text())
    assert report["proved"] == ["swap"]
    assert report["proofs"] == "`qstar verify proofs.lean` accepts 1 of its 1 theorems."
    assert report["facts"]["machine"]["processors"] >= 1
    assert (runs / "a" / "report.md").read_text().startswith("# suite: 1 of 2 proved")
    assert "data:image/png;base64," in (runs / "a" / "report.html").read_text()


def test_a_finished_run_is_not_run_again(runs: Path) -> None:
    arguments = ("eval", runs / "suite.jsonl", "--out", runs / "a", "--passes", "2", *FEW)
    ledger = (runs / "a" / "ledger.jsonl").read_bytes()
    again = qstar(*arguments)
    assert (again.returncode, "there is a run here already" in again.stderr) == (2, True)
    other = qstar(*arguments, "--resume", "--search", "astar")
    assert (other.returncode, "search was 'qstar', now 'astar'" in other.stderr) == (2, True)
    same = qstar(*arguments, "--resume", "--json")
    assert same.returncode == 0
    assert json.loads(same.stdout)["tried"] == 2
    assert (runs / "a" / "ledger.jsonl").read_bytes() == ledger


def test_two_runs_are_compared(runs: Path) -> None:
    done = qstar("compare", runs / "a", runs / "a", "--json")
    assert done.returncode == 0
    found = json.loads(done.stdout)
    assert (found["theorems"], found["proved_a"], found["p_value"]) == (2, 1, 1.0)
    assert "p = 1 (McNemar, exact)" in qstar("compare", runs / "a", runs / "a").stdout
    for wrong, says in ((runs, "no manifest.json"), (runs / "none", "no run of a suite is here")):
        refused = qstar("compare", runs / "a", wrong)
        assert (refused.returncode, says in refused.stderr) == (2, True), refused.stderr


def test_a_suite_that_needs_mathlib_ends_at_once(tmp_path: Path) -> None:
    rows = [deepseek(f"mathd_algebra_{i}", ": (2 : ℝ) = 2", "test") for i in range(244)]
    suite = write_rows(tmp_path / "m.jsonl", rows)
    began = time.monotonic()
    done = qstar("eval", suite, "--split", "test", "--out", tmp_path / "run")
    assert time.monotonic() - began < 10
    assert done.returncode == 0
    assert "minif2f, test: none of 244 tried" in done.stdout
    report = (tmp_path / "run" / "report.md").read_text()
    assert "put the file of statements into a Lake project" in report
    assert "| This Lean lacks what the statement imports | 244 | needs Mathlib, Aesop |" in report


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nothing",), "nothing: no such suite and no such file"),
        (("suite.jsonl", "--split", "test"), "suite has no split `test`"),
        (("suite.jsonl", "--policy", "magic"), "`magic` is not a policy"),
        (("suite.jsonl", "--search", "magic"), "there is no search `magic`"),
    ],
)
def test_bad_input(runs: Path, arguments: tuple[str, ...], says: str) -> None:
    named = [str(runs / a) if a.endswith(".jsonl") else a for a in arguments]
    done = qstar("eval", *named, "--out", runs / "new")
    assert (done.returncode, says in done.stderr) == (2, True), done.stderr
    assert not (runs / "new").exists()


@pytest.mark.long
def test_a_killed_run_goes_on_as_if_nothing_had_been(tmp_path: Path) -> None:
    assert check(tmp_path, STATEMENTS[:3], kills=2, rng=Random(1)) >= 1
