"""Traps of the REPL, each with a stand-in that answers as the REPL does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from lean_env.errors import BadInput, InvalidHeader, InvalidStatement, LeanCrash, LeanTimeout
from lean_env.pool import LeanPool, PoolConfig
from lean_env.repl.client import ReplClient
from lean_env.types import Applied, Limits, Rejected, RejectionReason, Theorem
from tests.support.repl_sessions import Exchange, launch

LIMITS = Limits(seconds=5, heartbeats=7)
HEADER = "import Foo\nopen Foo\n"
THEOREM = Theorem(statement="theorem t (p q : Prop) : p ∧ q", header=HEADER)
TEXT = "theorem t (p q : Prop) : p ∧ q := by\n  sorry"
GOAL = "p q : Prop\n⊢ p ∧ q"
LEFT, RIGHT = "case left\np q : Prop\n⊢ p", "case right\np q : Prop\n⊢ q"


def place(line: int, column: int) -> dict[str, int]:
    return {"line": line, "column": column}


SORRY = {"proofState": 0, "goal": GOAL, "pos": place(2, 2), "endPos": place(2, 7)}
WARNING = {
    "severity": "warning", "pos": place(1, 8), "endPos": place(1, 9), "data": "declaration uses",
}  # fmt: skip
OPENED: list[Exchange] = [
    ({"cmd": "import Foo"}, {"env": 0}),
    ({"cmd": "open Foo\n", "env": 0}, {"env": 1}),
    ({"cmd": TEXT, "env": 1}, {"env": 2, "sorries": [SORRY], "messages": [WARNING]}),
]


def step(tactic: str, answer: dict[str, Any] | None, state: int = 0) -> Exchange:
    text = f"set_option maxHeartbeats 7 in (\n{tactic}\n)"
    return {"tactic": text, "proofState": state}, answer


def error(text: str, severity: str = "error") -> dict[str, Any]:
    return {"severity": severity, "pos": place(0, 0), "endPos": place(0, 0), "data": text}


@asynccontextmanager
async def client(folder: Path, *exchanges: Exchange) -> AsyncIterator[ReplClient]:
    client = await ReplClient.launch(launch(folder, [*OPENED, *exchanges]))
    try:
        yield client
    finally:
        await client.close()


@asynccontextmanager
async def pool(folder: Path, *exchanges: Exchange) -> AsyncIterator[LeanPool]:
    spec = launch(folder, [*OPENED, *exchanges])
    async with LeanPool(lambda _: spec, PoolConfig(workers=1, limits=LIMITS)) as pool:
        yield pool


async def run(folder: Path, tactics: Sequence[str], *exchanges: Exchange) -> list[Any]:
    async with pool(folder, *exchanges) as env:
        [results] = await env.step([(await env.start(THEOREM), tactics)])
        return results


async def test_a_statement_is_started_under_its_header(tmp_path: Path) -> None:
    async with client(tmp_path) as repl:
        start = await repl.start(THEOREM)
    assert start.source == TEXT
    assert start.source[slice(*start.hole)] == "sorry"
    assert [goal.text for goal in start.state.goals] == [GOAL]


async def test_imports_are_shared_by_headers(tmp_path: Path) -> None:
    other = {"cmd": "open Bar\n", "env": 0}, {"env": 5}
    longer = {"cmd": "def x := 1\n", "env": 1}, {"env": 6}
    async with client(tmp_path, other, longer) as repl:
        assert await repl.open(HEADER) == 1
        assert await repl.open("import Foo\nopen Bar\n") == 5
        assert await repl.open(HEADER + "def x := 1\n") == 6


async def test_an_error_beside_no_goals_is_an_error(tmp_path: Path) -> None:
    answer = {"proofState": 1, "goals": [], "messages": [error("unknown identifier 'x'")]}
    [result] = await run(tmp_path, ["exact x"], step("exact x", answer))
    assert isinstance(result, Rejected)
    assert (result.reason, result.message) == (RejectionReason.ERROR, "unknown identifier 'x'")


async def test_a_sorry_closes_nothing(tmp_path: Path) -> None:
    hidden = {"proofState": 1, "goals": [], "proofStatus": "Incomplete: contains sorry"}
    shown = {"proofState": 1, "goals": [], "sorries": [{"proofState": 2, "goal": GOAL}]}
    results = await run(tmp_path, ["a", "b"], step("a", hidden), step("b", shown))
    assert [r.message for r in results] == ["the tactic leaves a `sorry`"] * 2


async def test_the_theorem_cannot_use_itself(tmp_path: Path) -> None:
    said = error("Try this: exact t p q", "info")
    found = {"proofState": 1, "goals": [], "messages": [said]}
    results = await run(tmp_path, ["exact t p q", "exact?"], step("exact?", found))
    assert all(isinstance(r, Rejected) and "`t`" in r.message for r in results)


async def test_goals_are_divided_and_the_others_admitted(tmp_path: Path) -> None:
    both = {"proofState": 1, "goals": [LEFT, RIGHT]}
    own = {"tactic": "(\nsorry\nrotate_left\n)", "proofState": 1}
    alone = {"proofState": 2, "goals": [RIGHT], "sorries": [{"proofState": 9, "goal": LEFT}]}
    closed = {"proofState": 3, "goals": [], "proofStatus": "Incomplete: contains sorry"}
    session = [step("constructor", both), (own, alone), step("simp", closed, state=2)]
    async with pool(tmp_path, *session) as env:
        root = await env.start(THEOREM)
        [[applied]] = await env.step([(root, ["constructor"])])
        assert isinstance(applied, Applied)
        assert applied.positions == ((0,), (1,))
        assert [state.goals[0].case for state in applied.states] == ["left", "right"]
        [[result]] = await env.step([(applied.states[1], ["simp"])])
    assert isinstance(result, Applied)
    assert result.closed


async def test_goals_with_a_common_metavariable_are_one_state(tmp_path: Path) -> None:
    answer = {"proofState": 1, "goals": ["case h\n⊢ ?w = 3", "case w\n⊢ Nat"]}
    [result] = await run(tmp_path, ["constructor"], step("constructor", answer))
    assert [len(state.goals) for state in result.states] == [2]


async def test_a_tactic_that_changes_nothing_makes_no_progress(tmp_path: Path) -> None:
    [result] = await run(tmp_path, ["skip"], step("skip", {"proofState": 1, "goals": [GOAL]}))
    assert result.reason is RejectionReason.NO_PROGRESS


async def test_a_timeout_ends_the_process(tmp_path: Path) -> None:
    async with client(tmp_path, step("loop", None)) as repl:
        start = await repl.start(THEOREM)
        limits = Limits(seconds=0.2, heartbeats=7)
        with repl.run(start.state.id, ["loop"], limits) as answers, pytest.raises(LeanTimeout):
            await anext(answers)
        assert not repl.alive


async def test_a_state_is_replayed_in_a_new_process(tmp_path: Path) -> None:
    """The stand-in answers each process anew; a timeout ends the first."""
    opened = step("intro", {"proofState": 1, "goals": [LEFT]})
    closed = step("exact h", {"proofState": 2, "goals": []}, state=1)
    hanging = step("loop", None, state=1)
    spec = launch(tmp_path, [*OPENED, opened, closed, hanging])
    config = PoolConfig(workers=1, limits=Limits(seconds=0.5, heartbeats=7))
    async with LeanPool(lambda _: spec, config) as env:
        [[first]] = await env.step([(await env.start(THEOREM), ["intro"])])
        before = env.pids
        [results] = await env.step([(first.states[0], ["loop", "exact h"])])
        assert env.pids != before
    assert isinstance(results[0], Rejected)
    assert results[0].reason is RejectionReason.TIMEOUT
    assert isinstance(results[1], Applied)


async def test_what_lean_does_not_take_has_its_place(tmp_path: Path) -> None:
    wrong = error("unexpected token") | {"pos": place(1, 12)}
    bad = {"cmd": "theorem u : := by\n  sorry", "env": 1}, {"env": 3, "messages": [wrong]}
    header = (
        {"cmd": "open Baz\n", "env": 0},
        {"env": 4, "messages": [error("unknown") | {"pos": place(1, 5)}]},
    )
    async with client(tmp_path, bad, header) as repl:
        with pytest.raises(InvalidStatement, match=r"statement:1:13: unexpected token"):
            await repl.start(Theorem(statement="theorem u :", header=HEADER))
        with pytest.raises(InvalidHeader, match=r"header:2:6: unknown"):
            await repl.open("import Foo\nopen Baz\n")


async def test_a_definition_is_not_searched_for(tmp_path: Path) -> None:
    async with client(tmp_path) as repl:
        with pytest.raises(InvalidStatement, match="only proofs"):
            await repl.start(Theorem(statement="def f : Nat := sorry", header=HEADER))
        with pytest.raises(BadInput, match="later theorems"):
            await repl.start(Theorem(statement="theorem t : p", header=HEADER, before="Nat.foo"))


async def test_a_program_that_ends_says_why(tmp_path: Path) -> None:
    async with client(tmp_path) as repl:
        with pytest.raises(LeanCrash, match="not in the recorded session"):
            await repl.open("import Unknown\n")


async def test_a_process_that_has_grown_is_replaced_and_states_are_replayed(tmp_path: Path) -> None:
    """The REPL frees nothing; here each piece of work counts as too much growth."""
    opened = step("intro", {"proofState": 1, "goals": [LEFT]})
    closed = step("exact h", {"proofState": 2, "goals": []}, state=1)
    spec = launch(tmp_path, [*OPENED, opened, closed])
    config = PoolConfig(workers=1, limits=LIMITS, growth_mb=-(10**6))
    async with LeanPool(lambda _: spec, config) as env:
        root = await env.start(THEOREM)
        assert env.pids == []
        [[first]] = await env.step([(root, ["intro"])])
        assert isinstance(first, Applied)
        [[result]] = await env.step([(first.states[0], ["exact h"])])
    assert isinstance(result, Applied)
    assert result.closed
