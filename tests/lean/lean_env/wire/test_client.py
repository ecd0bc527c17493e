"""One real Lean process."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from lean_env.errors import (
    BadInput,
    ImportsNeeded,
    InvalidHeader,
    InvalidStatement,
    LeanCrash,
    LeanOutOfMemory,
    LeanProcessError,
    LeanTimeout,
    ProtocolError,
)
from lean_env.toolchain.launch import LaunchSpec
from lean_env.types import Limits, RejectionReason, Theorem
from lean_env.wire.client import LaunchFactory, LeanClient, TacticAnswer
from lean_env.wire.protocol import VERSION, AppliedAnswer, RejectedAnswer
from tests.support.hard import (
    ENDLESS,
    GREEDY,
    HARD,
    STUBBORN,
    is_running,
    seconds_worked,
    until,
)

SWAP = Theorem(statement="theorem swap (a b : Nat) : a + b = b + a")
ONE_SECOND = Limits(seconds=1)


@pytest_asyncio.fixture(scope="module")
async def lean(launch: LaunchFactory) -> AsyncIterator[LeanClient]:
    """One process for the tests that do it no harm."""
    client = await LeanClient.launch(launch(("Init",)))
    yield client
    await client.close()


@pytest_asyncio.fixture
async def victim(launch: LaunchFactory) -> AsyncIterator[LeanClient]:
    """A process of one's own."""
    client = await LeanClient.launch(launch(("Init",)))
    yield client
    await client.close()


async def run(lean: LeanClient, state: int, *tactics: str) -> list[TacticAnswer]:
    with lean.run(state, tactics, Limits(seconds=60)) as answers:
        return [answer async for answer in answers]


async def test_it_says_who_it_is(lean: LeanClient) -> None:
    assert lean.hello.protocol == VERSION
    assert lean.hello.lean.startswith("4.")
    assert lean.hello.imports == ("Init",)


async def test_a_header_is_elaborated_once(lean: LeanClient) -> None:
    first = await lean.open("open Nat\n")
    headers = (await lean.stats()).headers
    assert await lean.open("open Nat\n") == first
    assert await lean.open("open List\n") != first
    assert (await lean.stats()).headers == headers + 1


async def test_the_first_state(lean: LeanClient) -> None:
    answer = await lean.start(SWAP)
    assert answer.name == ("swap",)
    start, stop = answer.hole
    assert answer.source[start:stop] == "sorry"
    (goal,) = answer.state.goals
    assert goal.text == "a b : Nat\n⊢ a + b = b + a"


async def test_letters_beyond_the_basic_plane(lean: LeanClient) -> None:
    answer = await lean.start(Theorem(statement="theorem t (𝔸 : Prop) (𝒽 : 𝔸) : 𝔸 ∧ True"))
    start, stop = answer.hole
    assert answer.source[start:stop] == "sorry"
    assert answer.state.goals[0].text == "𝔸 : Prop\n𝒽 : 𝔸\n⊢ 𝔸 ∧ True"
    (applied,) = await run(lean, answer.state.id, "exact ⟨𝒽, trivial⟩")
    assert isinstance(applied, AppliedAnswer)


async def test_tactics_are_answered_in_order(lean: LeanClient) -> None:
    state = (await lean.start(SWAP)).state.id
    omega, wrong, induction, bad = await run(
        lean, state, "omega", "exact foo", "induction a", "intro ("
    )
    assert isinstance(omega, AppliedAnswer)
    assert (omega.index, omega.states) == (0, ())
    assert isinstance(wrong, RejectedAnswer)
    assert (wrong.index, wrong.reason) == (1, RejectionReason.ERROR)
    assert "foo" in wrong.message
    assert isinstance(induction, AppliedAnswer)
    assert (induction.index, induction.positions) == (2, ((0,), (1,)))
    assert [s.goals[0].case for s in induction.states] == ["zero", "succ"]
    assert isinstance(bad, RejectedAnswer)
    assert (bad.index, bad.reason) == (3, RejectionReason.PARSE)


async def test_each_answer_comes_as_soon_as_it_is_known(victim: LeanClient) -> None:
    state = (await victim.start(HARD)).state.id
    with victim.run(state, ["skip", ENDLESS], Limits(seconds=60)) as answers:
        assert (await anext(answers)).index == 0
        assert answers.left == 1


async def test_requests_may_overlap(lean: LeanClient) -> None:
    state = (await lean.start(SWAP)).state.id
    results = await asyncio.gather(*(run(lean, state, "omega", "skip") for _ in range(20)))
    assert [[type(a) for a in answers] for answers in results] == (
        [[AppliedAnswer, RejectedAnswer]] * 20
    )


async def test_errors_say_where(lean: LeanClient) -> None:
    with pytest.raises(InvalidHeader, match="Nad") as header:
        await lean.open("open Nat\nopen Nad\n")
    assert (header.value.line, header.value.column) == (2, 6)
    with pytest.raises(InvalidStatement) as statement:
        await lean.start(Theorem(statement="theorem t :\n  1 = Nat.foo"))
    assert (statement.value.line, statement.value.column) == (2, 7)
    with pytest.raises(InvalidStatement, match="proposition"):
        await lean.start(Theorem(statement="def t : Nat := sorry"))
    with pytest.raises(ImportsNeeded) as imports:
        await lean.open("import Lean\n")
    assert imports.value.imports == ("Init", "Lean")
    with pytest.raises(BadInput, match="Unicode"):
        await lean.open("\ud800")
    assert (await lean.start(SWAP)).name == ("swap",)


async def test_a_file_is_scanned(lean: LeanClient) -> None:
    source = "open Nat\n\ntheorem a : 1 = 1 := rfl\n\ntheorem b : 2 = 2 := by\n  sorry\n"
    (record,) = (await lean.scan(source)).sorries
    assert source[record.start : record.stop] == record.text == "theorem b : 2 = 2 := by\n  sorry"
    assert (record.line, record.sorries) == (5, 1)


async def test_places_are_in_letters_in_order(lean: LeanClient) -> None:
    source = "".join(f"/-- α·{n}·𝔸 -/\ntheorem t{n} (α : Prop) : α := sorry\n" for n in range(3))
    records = (await lean.scan(source)).sorries
    assert [record.line for record in records] == [1, 3, 5]
    assert [source[record.start : record.stop] for record in records] == [r.text for r in records]
    checked = await lean.check(None, source + "example : 1 = 1 := by skip; rfl", 60, tactics=True)
    assert [record.start[0] for record in checked.sorries] == [2, 4, 6]
    assert [record.text for record in checked.tactics] == ["skip", "rfl"]


async def test_released_states_are_gone(lean: LeanClient) -> None:
    before = (await lean.stats()).states
    state = (await lean.start(SWAP)).state.id
    (cases,) = await run(lean, state, "cases a")
    assert isinstance(cases, AppliedAnswer)
    assert (await lean.stats()).states == before + 3
    lean.release([state, *(s.id for s in cases.states)])
    assert (await lean.stats()).states == before
    with pytest.raises(ProtocolError, match="state"):
        await run(lean, state, "skip")


async def test_a_tactic_that_is_out_of_time_leaves_no_trace(victim: LeanClient) -> None:
    state = (await victim.start(HARD)).state.id
    with victim.run(state, [ENDLESS], ONE_SECOND) as answers:
        answer = await anext(answers)
    assert isinstance(answer, RejectedAnswer)
    assert answer.reason is RejectionReason.TIMEOUT
    assert 900 < answer.ms < 2500
    assert (await victim.start(SWAP)).name == ("swap",)
    assert (await victim.open("open Nat\n")) == 1


async def test_leaving_early_cancels_and_releases(victim: LeanClient) -> None:
    state = (await victim.start(HARD)).state.id
    tactics = ["have := swap 1 2", "clear h1", ENDLESS]
    with victim.run(state, tactics, Limits(seconds=60)) as answers:
        assert isinstance(await anext(answers), AppliedAnswer)
        await until(lambda: answers.left == 1)
    assert (await victim.stats()).states == 2  # what was taken stays, what was not is released
    assert victim.alive


async def test_a_cancelled_task_cancels_its_request(victim: LeanClient) -> None:
    state = (await victim.start(HARD)).state.id
    task = asyncio.create_task(run_long(victim, state))
    worked = seconds_worked(victim.pid)
    await until(lambda: seconds_worked(victim.pid) > worked + 0.3)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await victim.stats()).states == 1


async def run_long(lean: LeanClient, state: int) -> list[TacticAnswer]:
    with lean.run(state, [ENDLESS, ENDLESS], Limits(seconds=60)) as answers:
        return [answer async for answer in answers]


async def test_cancelling_answers_the_rest_at_once(victim: LeanClient) -> None:
    state = (await victim.start(HARD)).state.id
    task = asyncio.create_task(run_long(victim, state))
    worked = seconds_worked(victim.pid)
    await until(lambda: seconds_worked(victim.pid) > worked + 0.3)
    victim.cancel()
    reasons = [a.reason for a in await task if isinstance(a, RejectedAnswer)]
    assert reasons == [RejectionReason.TIMEOUT, RejectionReason.TIMEOUT]


async def test_a_tactic_that_does_not_stop_ends_the_process(victim: LeanClient) -> None:
    state = (await victim.start(HARD)).state.id
    with victim.run(state, ["skip", STUBBORN, "skip"], ONE_SECOND) as answers:
        waiting = asyncio.create_task(victim.stats())
        assert (await anext(answers)).index == 0
        with pytest.raises(LeanTimeout) as error:
            await anext(answers)
    assert error.value.index == 1
    with pytest.raises(LeanProcessError, match="before it came to this") as bystander:
        await waiting
    assert not isinstance(bystander.value, LeanTimeout)
    assert not victim.alive
    with pytest.raises(LeanProcessError):
        await victim.stats()


async def test_too_much_memory_ends_the_process(victim: LeanClient) -> None:
    state = (await victim.start(HARD)).state.id
    with pytest.raises(LeanOutOfMemory) as error:
        await run(victim, state, "skip", GREEDY)
    assert error.value.index == 1


async def test_the_memory_limit_is_watched_from_outside(launch: LaunchFactory) -> None:
    lean = await LeanClient.launch(launch(("Init",)), memory_mb=800)
    state = (await lean.start(HARD)).state.id
    with pytest.raises(LeanOutOfMemory, match="800 MiB"):
        await run(lean, state, GREEDY)
    await lean.close()
    assert not is_running(lean.pid)


async def test_a_killed_process_is_noticed(victim: LeanClient) -> None:
    state = (await victim.start(HARD)).state.id
    task = asyncio.create_task(run_long(victim, state))
    worked = seconds_worked(victim.pid)
    await until(lambda: seconds_worked(victim.pid) > worked + 0.2)
    os.kill(victim.pid, signal.SIGKILL)
    with pytest.raises(LeanProcessError, match="signal 9") as error:
        await task
    assert error.value.index == 0
    assert not isinstance(error.value, LeanCrash)


def program(code: str) -> LaunchSpec:
    argv = (sys.executable, "-c", code)
    return LaunchSpec(argv=argv, env={}, kind="", version="", imports=())


async def test_a_program_that_is_not_the_server() -> None:
    with pytest.raises(ProtocolError, match="Hello, world"):
        await LeanClient.launch(program("print('Hello, world', flush=True); input(); input()"))
    with pytest.raises(LeanCrash, match="exit code 3: cannot find Lean"):
        await LeanClient.launch(
            program("import sys; sys.stderr.write('cannot find Lean\\n'); exit(3)")
        )
    with pytest.raises(LeanTimeout, match="hello"):
        await LeanClient.launch(program("input(); input()"), hello_seconds=0.5)
    other = '{"id":1,"ok":{"protocol":99,"lean":"5","commit":"","imports":[]}}'
    with pytest.raises(ProtocolError, match="speaks protocol 99"):
        await LeanClient.launch(program(f"print('{other}', flush=True); input(); input()"))


async def test_an_answer_that_nobody_asked_for() -> None:
    answer = '{"id":7,"ok":{}}'
    with pytest.raises(ProtocolError, match="nobody asked"):
        await LeanClient.launch(program(f"print('{answer}', flush=True); input(); input()"))
