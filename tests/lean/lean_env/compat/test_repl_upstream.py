"""Sessions that leanprover-community/repl recorded with Lean 4.33.0-rc2, answered by ours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lean_env.compat.repl import Repl, split_commands
from lean_env.wire.client import LaunchFactory
from tests.support.shared import SHARED

SESSIONS = SHARED / "data" / "repl" / "v4.33.0-rc2.jsonl"

DIFFERENT = {
    "calc": "tactics are shown as they are written, not pretty-printed",
    "infotree": "info trees are not available",
    "infotree_theorem": "info trees are not available",
    "root_goals": "root goals are not available",
    "self_proof_check": "root goals are not available",
    "self_proof_apply_check": "a proof cannot name the theorem that it proves",
    "self_proof_exact_check": "a proof cannot name the theorem that it proves",
    "self_proof_rw": "an option that Lean 4.28 does not have",
    "invalid_tactic": "a tactic with an error leaves no state",
    "name_generator": "a tactic with an error leaves no state",
    "line_breaks": "Lean 4.28 allows a tactic in column 0",
    "unfinished_tactic_block": "Lean 4.28 reports an error more",
    "variables": "Lean 4.28 words the message of the linter otherwise",
}
"""Where the answers differ, and why; docs/guides/serving.md says so too."""


def sessions() -> list[dict[str, Any]]:
    """Those that need neither Mathlib nor pickling, which is not offered."""
    if not SESSIONS.exists():
        return []
    rows = [json.loads(line) for line in SESSIONS.read_text("utf-8").splitlines()]
    return [row for row in rows if not row["mathlib"] and "pickle" not in row["name"]]


def objects(text: str) -> list[Any]:
    """The JSON values that follow each other in `text`."""
    decoder, found, text = json.JSONDecoder(), [], text.strip()
    while text:
        value, end = decoder.raw_decode(text)
        found.append(value)
        text = text[end:].lstrip()
    return found


@pytest.mark.skipif(not SESSIONS.exists(), reason="the recorded sessions are not here")
def test_most_sessions_are_answered_to_the_letter() -> None:
    names = {row["name"] for row in sessions()}
    assert set(DIFFERENT) <= names
    assert len(names) == 46


@pytest.mark.parametrize("row", sessions(), ids=lambda row: row["name"])
async def test_session(
    row: dict[str, Any],
    launch: LaunchFactory,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, text in row.get("files", {}).items():
        file = tmp_path / "test" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    async with Repl(launch) as repl:
        commands = split_commands(row["input"].splitlines(keepends=True))
        answers = [await repl.answer(command) for command in commands]
    same = answers == objects(row["expected"])
    assert same or row["name"] in DIFFERENT
    assert not (same and row["name"] in DIFFERENT), "it is the same by now: leave it out above"
