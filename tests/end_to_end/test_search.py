"""`qstar prove` with what it can do beside proving: traces, resuming, shortening, disproving."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
from pathlib import Path

import pytest

from lean_env.wire.client import LaunchFactory
from prover.tracing import trace
from prover.types import StopReason, TheoremStatus
from tests.support.command_line import EASY, HARD, PATIENCE, QSTAR, qstar, rows


@pytest.fixture(autouse=True, scope="module")
def _set_up(launch: LaunchFactory) -> None:
    launch(("Init",))


def interrupted(*arguments: str | Path) -> int:
    """Run on a terminal until it shows that tactics have run; then Ctrl-C.  The exit code."""
    ours, theirs = pty.openpty()
    child = subprocess.Popen(
        [*QSTAR, *map(str, arguments)], stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    shown, sent = b"", False
    try:
        while part := os.read(ours, 65536):
            shown += part
            if not sent and re.search(rb"\b[1-9]\d* tactics?,", shown):
                child.send_signal(signal.SIGINT)  # a second one would end everything at once
                sent = True
    except OSError:  # how Linux says that the other side is closed
        os.close(ours)
    return child.wait(PATIENCE)


def test_an_interrupted_search_goes_on_from_its_trace(tmp_path: Path) -> None:
    assert interrupted("prove", HARD, "--trace", tmp_path, "--workers", "1") == 130
    before = trace.read(tmp_path / "hard.trace.json")
    assert before.stop is StopReason.CANCELLED
    assert before.graph.edges
    whole = str(before.stats.lean_calls + 5)  # limits are of the whole search
    again = ("prove", HARD, "--trace", tmp_path, "--resume", "--max-lean-calls", whole, "--json")
    done = qstar(*again)
    assert done.returncode == 1
    assert rows(done.stdout)["hard"]["stats"]["lean_calls"] == 5
    after = trace.read(tmp_path / "hard.trace.json")
    ran = [(edge.parent.id, edge.proposal.tactic) for edge in after.graph.edges]
    assert ran[:-5] == [(e.parent.id, e.proposal.tactic) for e in before.graph.edges]
    assert len(set(ran)) == len(ran)
    assert after.stats.lean_calls == before.stats.lean_calls + 5
    assert after.stats.seconds > before.stats.seconds
    assert rows(qstar(*again).stdout)["hard"]["stats"]["lean_calls"] == 0


def test_resuming_what_cannot_be_resumed(tmp_path: Path) -> None:
    done = qstar("prove", EASY, "--resume")
    assert done.returncode == 2
    assert "--resume: there is nothing to go on with" in done.stderr
    assert "--trace DIR" in done.stderr
    done = qstar("prove", EASY, "--resume", "--trace", tmp_path)  # no trace yet: it begins
    assert done.returncode == 0
    other = EASY.replace("b + a", "a + b")
    done = qstar("prove", other, "--resume", "--trace", tmp_path)
    assert done.returncode == 2
    assert "the saved search is of another theorem" in done.stderr
    (tmp_path / "easy.trace.json").write_text("{")
    done = qstar("prove", EASY, "--resume", "--trace", tmp_path)
    assert done.returncode == 2
    assert "not a trace" in done.stderr


def test_resuming_a_file_whose_first_theorem_is_proved_now(tmp_path: Path) -> None:
    file, traces = tmp_path / "f.lean", tmp_path / "traces"
    file.write_text(
        "theorem first (n : Nat) : (n * n + n) % 2 = 0 := by\n  sorry\n\n"
        "example (p q : Prop) (h : p ∧ q) : q ∧ p := by\n  sorry\n\n"
        "example (xs : List Nat) : (xs ++ xs).length = 2 * xs.length := by\n  sorry\n"
    )
    options = ("--policy", "portfolio", "--trace", traces, "--resume", "--json")
    done = qstar("prove", file, *options, "--max-lean-calls", "1")
    assert (done.returncode, done.stderr) == (1, "")
    assert list(rows(done.stdout)) == ["first", "f.lean:4", "f.lean:7"]
    assert len(list(traces.iterdir())) == 3
    done = qstar("prove", file, *options, "--max-lean-calls", "30")
    assert done.returncode == 0
    anew = [line for line in done.stderr.splitlines() if "begins anew" in line]
    assert [line.split(": ")[1] for line in anew] == ["f.lean:4", "f.lean:7"]
    proofs = {name: row["proof"] for name, row in rows(done.stdout).items()}
    done = qstar("prove", file, *options, "--max-lean-calls", "30")  # all of it as it was left
    assert (done.returncode, done.stderr) == (0, "")
    assert {name: row["proof"] for name, row in rows(done.stdout).items()} == proofs


def test_a_trace_that_cannot_be_written_costs_no_proof(tmp_path: Path) -> None:
    (tmp_path / "easy.trace.json").mkdir()
    long = EASY.replace("easy", "x" * 300)
    done = qstar("prove", EASY, long, "--trace", tmp_path, "--json")
    assert done.returncode == 0
    assert {row["status"] for row in rows(done.stdout).values()} == {"proved"}
    [said] = done.stderr.splitlines()
    assert said.startswith("qstar: easy: its search is not kept: cannot write ")
    [kept] = [path for path in tmp_path.iterdir() if path.is_file()]
    assert trace.read(kept).name == "x" * 300


def test_a_folder_that_takes_no_traces(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = qstar("prove", EASY, "--trace", tmp_path / "file" / "traces")
    assert done.returncode == 2
    assert f"{tmp_path}/file/traces: no traces can be written here" in done.stderr
    assert done.stdout == ""


def test_a_proof_is_shortened_on_demand(tmp_path: Path) -> None:
    statement = "theorem t (f : Nat → Nat) (h : ∀ n, f (n + 1) = f n) (a b : Nat) : f a = f b"
    done = qstar("prove", statement, "--polish", "--trace", tmp_path, "--json")
    assert done.returncode == 0
    row = rows(done.stdout)["t"]
    assert row["verdict"]["ok"]
    graph = trace.read(tmp_path / "t.trace.json").graph
    assert len(row["tactics"]) == graph.root.cost
    tried = [edge for edge in graph.edges if edge.proposal.source == "polish"]
    assert tried, "nothing shorter was tried"
    assert min(edge.id for edge in tried) == len(graph.edges) - len(tried)


def test_a_false_statement_is_disproved_and_explained(tmp_path: Path) -> None:
    statement = "theorem wrong : 2 + 2 = 5"
    options = ["--disprove", "--no-refute", "--trace", tmp_path, "--max-lean-calls", "60"]
    done = qstar("prove", statement, *options, "--json")
    row = rows(done.stdout)["wrong"]
    assert (done.returncode, row["status"]) == (4, "disproved")
    assert row["verdict"]["ok"]
    assert "¬ (type_of% @wrong)" in row["proof"]
    found = {made.name: made.status for _, made in trace.read_all(tmp_path)}
    assert found == {"wrong": TheoremStatus.OPEN, "¬ wrong": TheoremStatus.PROVED}
    told = qstar("explain", tmp_path, "--export", "svg", "--export", "json")
    assert told.returncode == 0
    assert told.stderr == ""
    assert "¬ wrong: proved by qstar" in told.stdout
    assert "where the budget went" in told.stdout
    assert "\x1b" not in told.stdout
    written = {path.suffix for path in tmp_path.iterdir()}
    assert written == {".json", ".html", ".svg"}


def test_explaining_what_is_not_there(tmp_path: Path) -> None:
    done = qstar("explain", tmp_path)
    assert done.returncode == 2
    assert "no traces here" in done.stderr
