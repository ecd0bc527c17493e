"""The commands of leanprover-community/repl, on real Lean.

Each file in `repl/` is a session: a command, its answer, the next command, and so on, one JSON
object a line.  To write the present answers anew, see `test_transcripts`.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from lean_env.compat.repl import Repl, split_commands
from lean_env.wire.client import LaunchFactory
from tests.support.hard import ENDLESS, HARD

SESSIONS = sorted((Path(__file__).parent / "repl").glob("*.jsonl"))
FILE = "def f : Nat := 37\n\ntheorem h : f + 2 = 39 := by exact rfl\n"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def repl(launch: LaunchFactory) -> AsyncIterator[Repl]:
    async with Repl(launch) as repl:
        yield repl


async def ask(repl: Repl, **command: object) -> dict[str, Any]:
    return await repl.answer(json.dumps(command))


async def converse(launch: LaunchFactory, commands: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The commands, each with its answer after it."""
    async with Repl(launch) as repl:
        return [r for c in commands for r in (c, await ask(repl, **c))]


@pytest.mark.parametrize("path", SESSIONS, ids=lambda path: path.stem)
def test_session(path: Path, launch: LaunchFactory, request: pytest.FixtureRequest) -> None:
    recorded = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    said = asyncio.run(converse(launch, recorded[::2]))
    if request.config.getoption("--write-transcripts"):
        lines = [json.dumps(record, ensure_ascii=False) for record in said]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    else:
        assert said == recorded


async def test_what_cannot_be_answered_ends_nothing(repl: Repl, tmp_path: Path) -> None:
    bad: dict[str, str] = {
        '{"cmd": ': "Could not parse JSON",
        "[1]": "not an object",
        "{}": "neither cmd, path nor tactic",
        '{"cmd": 1}': "neither cmd, path nor tactic",
        '{"cmd": "def x := 1", "env": 99}': "Unknown environment.",
        '{"cmd": "def x := 1", "env": "0"}': "Unknown environment.",
        '{"tactic": "rfl", "proofState": 99}': "Unknown proof state.",
        '{"cmd": "import Mathlib"}': "no module 'Mathlib'",
        '{"cmd": "#eval 1", "infotree": "full"}': "infotree",
        '{"pickleTo": "a.olean", "env": 0}': "cannot be pickled",
        '{"pickleTo": "a.olean", "proofState": 0}': "cannot be pickled",
        '{"unpickleEnvFrom": "a.olean"}': "cannot be pickled",
        '{"unpickleProofStateFrom": "a.olean"}': "cannot be pickled",
        json.dumps({"path": str(tmp_path / "none.lean")}): "cannot read the file",
    }
    for query, said in bad.items():
        answer = await repl.answer(query)
        assert said in answer["message"], query
    assert "env" in await ask(repl, cmd="#eval 1")


async def test_a_file_and_its_tactics(repl: Repl, tmp_path: Path) -> None:
    path = tmp_path / "file.lean"
    path.write_text(FILE)
    answer = await ask(repl, path=str(path), allTactics=True)
    (tactic,) = answer["tactics"]
    assert (tactic["tactic"], tactic["goals"]) == ("exact rfl", "⊢ f + 2 = 39")
    assert tactic["pos"] == {"line": 3, "column": 29}
    assert "f" in tactic["usedConstants"]
    again = await ask(repl, tactic="decide", proofState=tactic["proofState"])
    assert again["proofStatus"] == "Completed"
    assert "message" in await ask(repl, tactic="exact h", proofState=tactic["proofState"])


async def test_imports_are_said_by_the_command(repl: Repl) -> None:
    answer = await ask(repl, cmd="import Lean\n#check Lean.Name")
    assert answer["messages"][0]["data"] == "Lean.Name : Type"
    late = await ask(repl, cmd="import Lean", env=answer["env"])
    assert late["messages"][0]["severity"] == "error"


@pytest.mark.parametrize(
    ("proof", "goals"),
    [
        ("constructor <;> sorry", ["⊢ 1 = 2", "⊢ 3 = 4"]),
        ("constructor\n  repeat sorry", ["⊢ 1 = 2", "⊢ 3 = 4"]),
        ("constructor\n  all_goals admit", ["⊢ 1 = 2", "⊢ 3 = 4"]),
        ("constructor\n  all_goals hole", ["⊢ 1 = 2", "⊢ 3 = 4"]),
        ("stop\n  rfl", ["⊢ 1 = 2 ∧ 3 = 4"]),
        ("exact ⟨@sorryAx _ false, @sorryAx (Nat → _) false 0⟩", ["⊢ 1 = 2", "⊢ 3 = 4"]),
    ],
)
async def test_a_sorry_is_seen_wherever_it_comes_from(
    repl: Repl, proof: str, goals: list[str]
) -> None:
    macro = 'macro "hole" : tactic => `(tactic| sorry)\n'
    answer = await ask(repl, cmd=f"{macro}theorem t : 1 = 2 ∧ 3 = 4 := by\n  {proof}")
    assert [sorry["goal"].splitlines()[-1] for sorry in answer["sorries"]] == goals
    first = answer["sorries"][0]["proofState"]
    assert "message" in await ask(repl, tactic="rfl", proofState=first)


async def test_an_error_is_no_sorry(repl: Repl) -> None:
    assert "sorries" not in await ask(repl, cmd="theorem t : 1 = 1 := by exact nothing")


async def test_a_sorry_within_a_tactic_is_a_part_of_the_whole_proof(repl: Repl) -> None:
    opened = await ask(repl, cmd="theorem t (n : Nat) : n + 0 = n := by sorry")
    number = opened["sorries"][0]["proofState"]
    step = await ask(repl, tactic="have h : n = n := by sorry", proofState=number)
    [inner] = step["sorries"]
    assert inner["proofState"] == step["proofState"] - 1
    assert "pos" not in inner
    closed = await ask(repl, tactic="rfl", proofState=inner["proofState"])
    assert closed["proofStatus"] == "Incomplete: contains metavariable(s)"


async def test_traces_are_reported(repl: Repl) -> None:
    opened = await ask(repl, cmd="theorem t (n : Nat) : n = n := by sorry")
    number = opened["sorries"][0]["proofState"]
    step = await ask(repl, tactic='(trace "here"; trace_state)', proofState=number)
    assert step["traces"] == ["here", "n : Nat\n⊢ n = n"]


async def test_constants_of_all_rewrites_are_used(repl: Repl) -> None:
    statement = "theorem t (a b c : Nat) : a + (b + c) = b + (c + a)"
    text = f"{statement} := by\n  rw [Nat.add_comm, Nat.add_assoc]"
    [tactic] = (await ask(repl, cmd=text, allTactics=True))["tactics"]
    assert {"Nat.add_comm", "Nat.add_assoc"} <= set(tactic["usedConstants"])


async def test_code_is_run_and_what_it_says_is_reported(repl: Repl) -> None:
    commands = (
        "#eval 3 == 4",
        "#eval decide (3 < 4)",
        "#eval [1, 2, 3].map (· + 1)",
        "#guard [1].map (· + 1) == [2]",
        "#eval [1, 2, 3].reverse",
        '#eval show IO Unit from throw (IO.userError "bad")',
    )
    messages = (await ask(repl, cmd="\n".join(commands)))["messages"]
    assert [(m["severity"], m["data"]) for m in messages] == [
        ("info", "false"),
        ("info", "true"),
        ("info", "[2, 3, 4]"),
        ("info", "[3, 2, 1]"),
        ("error", "bad"),
    ]


@pytest.mark.parametrize(
    ("proof", "axioms"),
    [
        ("by omega", "does not depend on any axioms"),
        ("by sorry", "depends on axioms: [sorryAx]"),
        ("assumed a b", "depends on axioms: [A.assumed]"),
        ("have : True = True := propext Iff.rfl; Nat.add_comm a b", "depends on axioms: [propext]"),
    ],
)
async def test_print_axioms_tells_of_axioms_not_of_library_theorems(
    repl: Repl, proof: str, axioms: str
) -> None:
    lines = (
        "namespace A",
        "axiom assumed (a b : Nat) : a + b = b + a",
        f"theorem t (a b : Nat) : a + b = b + a := {proof}",
        "#print axioms t",
    )
    answer = await ask(repl, cmd="\n".join(lines))
    assert answer["messages"][-1]["data"].startswith(f"'A.t' {axioms}")
    assert "Nat.add_comm" not in answer["messages"][-1]["data"]


async def test_time_is_limited(launch: LaunchFactory) -> None:
    async with Repl(launch, seconds=3) as repl:
        first = await ask(repl, cmd=f"{HARD.statement} := by sorry")
        assert "timed out" in (await ask(repl, cmd=f"{HARD.statement} := by {ENDLESS}"))["message"]
        number = first["sorries"][0]["proofState"]
        late = await ask(repl, tactic=ENDLESS, proofState=number)
        assert "timed out" in late["message"]
        assert (await ask(repl, cmd="#eval 1", env=first["env"]))["messages"][0]["data"] == "1"


async def test_what_is_lost_is_said(launch: LaunchFactory) -> None:
    async with Repl(launch, memory_mb=1) as repl:
        assert "memory" in (await ask(repl, cmd=f"{HARD.statement} := by {ENDLESS}"))["message"]


def test_commands_are_told_apart() -> None:
    lines = ['{"cmd":\n', ' "def f := 1"}  \n', "\n", "\n", "# note\n", "\n", '{"env": 0}\n']
    assert list(split_commands(lines)) == ['{"cmd": "def f := 1"}', '{"env": 0}']


def test_a_client_that_starts_the_repl() -> None:
    """As the clients of the original do: a process, commands in, answers with a blank line out."""
    argv = (sys.executable, "-c", "from prover.cli import main; main()", "repl")
    with subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def ask(command: dict[str, object]) -> Any:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps(command) + "\n\n")
            process.stdin.flush()
            return json.loads("".join(iter(process.stdout.readline, "\n")))

        opened = ask({"cmd": "theorem t (p q : Prop) (hp : p) (hq : q) : p ∧ q := by sorry"})
        number = opened["sorries"][0]["proofState"]
        split = ask({"tactic": "constructor", "proofState": number})
        assert [goal.splitlines()[-1] for goal in split["goals"]] == ["⊢ p", "⊢ q"]
        closed = ask({"tactic": "all_goals assumption", "proofState": split["proofState"]})
        assert closed == {"proofState": 2, "goals": [], "proofStatus": "Completed"}
        process.stdin.close()
        assert process.wait(60) == 0
