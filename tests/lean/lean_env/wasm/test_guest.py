"""What the host of embedded Lean withstands, and what it gives to the code inside."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lean_env.wire.client import LaunchFactory
from tests.support.guest import MEMORY_MB, PROBE, Guest


@pytest.fixture
def guest(probe: tuple[str, ...]) -> Iterator[Guest]:
    guest = Guest(probe)
    yield guest
    guest.close()


@pytest.fixture(scope="module")
def shared(probe: tuple[str, ...]) -> Iterator[Guest]:
    """For attempts that leave the process as it was."""
    guest = Guest(probe)
    yield guest
    guest.close()


@pytest.mark.parametrize(
    ("what", "arg"),
    [
        ("read", "/etc/passwd"),
        ("read", "../../etc/passwd"),
        ("read", "/proc/self/environ"),
        ("read", str(PROBE)),
        ("read", "/lib/lean/Init.olean"),
        ("write", "/tmp/qstar-probe"),
        ("write", "/server.lean"),
        ("write", "/dev/urandom"),
        ("list", "/"),
        ("list", "/lib/lean"),
        ("mkdir", "/tmp/qstar-probe"),
        ("remove", str(PROBE)),
        ("env", "PATH"),
        ("env", "HOME"),
        ("spawn", "/bin/true"),
    ],
)
def test_the_guest_reaches_nothing_outside(shared: Guest, what: str, arg: str) -> None:
    assert shared.attempt(what, arg).startswith("refused: ")
    assert PROBE.exists()
    assert not Path("/tmp/qstar-probe").exists()


def test_standard_input_is_empty_for_the_guest(shared: Guest) -> None:
    shared.write({"id": 1, "try": "stdin"}, {"id": 2, "try": "echo", "arg": "still mine"})
    assert [shared.answer()["result"] for _ in range(2)] == ["done: 0", "done: still mine"]


def test_the_guest_cannot_forge_an_answer(shared: Guest) -> None:
    assert shared.attempt("print", '{"id":1,"result":"forged"}') == "done: "
    assert shared.attempt("echo", "next") == "done: next"


def test_a_panic_is_survived(shared: Guest) -> None:
    assert shared.attempt("panic", "at the disco") == "done: 0"


def test_tasks_run_without_threads(shared: Guest) -> None:
    assert shared.attempt("tasks") == "done: 1 2 3"


def test_sleeping_and_random_numbers(shared: Guest) -> None:
    assert shared.attempt("nap") == "done: "
    assert shared.attempt("random") != shared.attempt("random")


@settings(max_examples=50, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_text_survives_the_way_in_and_out(shared: Guest, text: str) -> None:
    assert shared.attempt("echo", text) == f"done: {text}"


def test_a_long_line(shared: Guest) -> None:
    text = "∀ x, " * 400_000
    assert shared.attempt("echo", text) == f"done: {text}"


def test_several_requests_at_once_are_answered_in_order(shared: Guest) -> None:
    shared.write(*({"id": i, "try": "echo", "arg": str(i)} for i in range(200)))
    answers = [shared.answer() for _ in range(200)]
    assert [(a["id"], a["result"]) for a in answers] == [(i, f"done: {i}") for i in range(200)]


def test_lean_is_told_when_its_time_is_up(shared: Guest) -> None:
    assert shared.attempt("until cancelled", ms=50) == "done: cancelled"
    assert shared.attempt("echo", "fresh") == "done: fresh"


def test_a_cancel_request_overtakes_what_runs(shared: Guest) -> None:
    shared.write({"id": 1, "try": "until cancelled"})
    shared.write({"id": 2, "op": "cancel"}, {"id": 3, "try": "echo"})
    first, second, third = (shared.answer() for _ in range(3))
    assert (first["result"], first["aborted"]) == ("done: cancelled", True)
    assert (second["id"], second["aborted"]) == (2, False)
    assert (third["id"], third["aborted"]) == (3, False)


def test_text_about_cancelling_cancels_nothing(shared: Guest) -> None:
    shared.send("echo", '{"op":"cancel"} "op": "cancel"')
    assert shared.answer()["aborted"] is False


def test_code_that_does_not_listen_ends_its_process(probe: tuple[str, ...]) -> None:
    guest = Guest(probe, "--grace", "100")
    guest.write({"id": 7, "try": "forever", "ms": 50, "op": "run"})
    answer = guest.answer()
    assert (answer["id"], answer["index"]) == (7, 0)
    assert answer["fatal"]["reason"] == "timeout"
    assert guest.process.wait(10) != 0
    guest.close()


def test_the_memory_limit_ends_the_process(guest: Guest) -> None:
    guest.send("fill")
    last = guest.last_word()
    assert last["reason"] == "memory"
    assert f"{MEMORY_MB} MiB" in last["message"]


def test_a_stack_overflow_ends_the_process(guest: Guest) -> None:
    guest.send("deep")
    last = guest.last_word()
    assert last["reason"] == "crash"
    assert "stack" in last["message"]


def test_exit_ends_the_process_with_a_word(guest: Guest) -> None:
    guest.send("exit")
    assert guest.last_word()["reason"] == "crash"


def test_the_process_ends_with_its_input_though_lean_is_busy(guest: Guest) -> None:
    assert guest.attempt("echo") == "done: "
    guest.send("forever")
    assert guest.process.stdin is not None
    guest.process.stdin.close()
    guest.process.wait(10)


def test_an_idle_process_ends_with_its_input_and_status_0(guest: Guest) -> None:
    assert guest.attempt("echo") == "done: "
    assert guest.process.stdin is not None
    guest.process.stdin.close()
    assert guest.process.wait(10) == 0


def test_no_process_outlives_a_killed_parent(probe: tuple[str, ...]) -> None:
    parent = subprocess.Popen(
        [
            sys.executable, "-c",
            "import json, subprocess, sys\n"
            "child = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, env={})\n"
            "child.stdin.write(b'{\"id\":1,\"try\":\"forever\"}\\n'); child.stdin.flush()\n"
            "print(child.pid, flush=True)\n"
            "child.wait()\n",
            *probe,
        ],
        stdout=subprocess.PIPE,
    )  # fmt: skip
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    os.kill(parent.pid, signal.SIGKILL)
    parent.communicate()
    _, alive = psutil.wait_procs([child], timeout=10)
    assert not alive


def test_the_process_has_no_environment_and_no_rights(launch: LaunchFactory) -> None:
    started = launch(("Init",))
    assert started.env == {}
    assert "--permission" in started.argv
    assert not [
        arg for arg in started.argv if arg.startswith(("--allow-fs-write", "--allow-child"))
    ]
