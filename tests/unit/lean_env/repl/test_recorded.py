"""What real Lean printed, eight versions of it: each answer is read, into the right transition."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lean_env.repl.answers import CommandReply, ErrorReply, Failure, Goals, StepReply, read_reply
from lean_env.repl.answers import read_step as outcome
from lean_env.repl.goals import group_by_metavariables, read_goal
from lean_env.repl.process import ReplProcess
from lean_env.types import RejectionReason
from tests.support.repl_sessions import RECORDED, launch, recorded

VERSIONS = sorted(RECORDED.glob("*.jsonl")) or [Path("absent")]
needs_recordings = pytest.mark.skipif(
    not RECORDED.is_dir(), reason="the recorded sessions of the REPL are not beside the checkout"
)
every_version = pytest.mark.parametrize("file", VERSIONS, ids=lambda path: path.stem)

TACTICS = {
    ("Mathlib/test/20240209", 1): RejectionReason.ERROR,  # answered with `goals: []`
    ("Mathlib/test/induction", 3): 1,
    ("Mathlib/test/induction", 4): RejectionReason.ERROR,  # both cases `sorry`
    ("by_cases", 1): 2,
    ("by_cases", 3): RejectionReason.ERROR,
    ("have_by_sorry", 2): RejectionReason.ERROR,
    ("invalid_tactic", 1): RejectionReason.ERROR,
    ("unknown_tactic", 1): RejectionReason.PARSE,
    ("assumption_proof", 1): 0,
    ("self_proof_check", 2): RejectionReason.ERROR,
}
"""By session and number of the answer: how many goals are left, or why the tactic is rejected."""


@needs_recordings
@every_version
def test_every_answer_is_read(file: Path) -> None:
    tactics = commands = 0
    for session in recorded(file):
        for number, (command, answer) in enumerate(session.exchanges):
            reply = read_reply(answer)
            if "tactic" not in command:
                commands += isinstance(reply, CommandReply | StepReply | ErrorReply)
                continue
            tactics += 1
            result = outcome(reply)
            seen = len(result.goals) if isinstance(result, Goals) else result.reason
            assert seen == TACTICS.get((session.name, number), seen), (session.name, number)
            if isinstance(result, Goals):
                assert list(result.goals) == answer["goals"]
                assert not answer.get("sorries")
                assert all(m["severity"] != "error" for m in answer.get("messages", ()))
    assert tactics > 30
    assert commands > 60


@needs_recordings
@every_version
def test_every_goal_is_read_and_grouped(file: Path) -> None:
    for session in recorded(file):
        for _, answer in session.exchanges:
            goals = answer.get("goals", [])
            for text in goals:
                assert re.sub(r"\s+", " ", read_goal(text).text) == re.sub(r"\s+", " ", text)
            groups = group_by_metavariables(goals)
            assert sorted(i for group in groups for i in group) == list(range(len(goals)))


@needs_recordings
@every_version
async def test_a_process_answers_as_recorded(file: Path, tmp_path: Path) -> None:
    exchanges = [pair for session in recorded(file) for pair in session.exchanges]
    process = await ReplProcess.open(launch(tmp_path, exchanges), memory_mb=1024)
    try:
        for command, answer in exchanges[:60]:
            assert read_reply(await process.ask(command, 30)) == read_reply(answer)
    finally:
        await process.close()


def test_a_heartbeat_limit_is_a_timeout() -> None:
    text = (
        "(deterministic) timeout at `whnf`, maximum number of heartbeats (200000) has been reached"
    )
    assert outcome(ErrorReply(f"Lean error:\n{text}")) == Failure(RejectionReason.TIMEOUT, text)
