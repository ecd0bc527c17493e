"""The environment that searches use: assignment, replay, release, and what goes wrong."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Sequence

import pytest

from lean_env.errors import (
    BrokenEnvironment,
    InvalidHeader,
    InvalidStatement,
    LeanProcessError,
    ReplayError,
)
from lean_env.launcher import LaunchFor
from lean_env.pool import LeanPool, PoolConfig
from lean_env.protocol import Run
from lean_env.types import (
    Applied,
    Limits,
    Origin,
    ProofState,
    Reason,
    Rejected,
    Theorem,
    Transition,
)
from tests.lean_env.hard import (
    ENDLESS,
    GREEDY,
    HARD,
    STUBBORN,
    is_running,
    until,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

SWAP = Theorem(statement="theorem swap (a b : Nat) (xs : List Nat) : a + b = b + a")
TACTICS = ["omega", "induction a", "exact foo", "cases xs", "simp", "intro (", "constructor"]
ONE = PoolConfig(workers=1)
ONE_SECOND = PoolConfig(workers=1, limits=Limits(seconds=1))
MINUTES = PoolConfig(workers=1, limits=Limits(seconds=300))


def content(transition: Transition) -> tuple[object, ...]:
    """All of a transition but the time that it took."""
    match transition:
        case Applied():
            states = [(s.key, s.text) for s in transition.states]
            return ("applied", states, transition.positions, transition.messages)
        case Rejected():
            return (transition.reason, transition.message)


def contents(results: Sequence[Sequence[Transition]]) -> list[list[tuple[object, ...]]]:
    return [[content(transition) for transition in transitions] for transitions in results]


def applied(transition: Transition) -> Applied:
    assert isinstance(transition, Applied), transition
    return transition


async def states_held(pool: LeanPool) -> list[int]:
    """How many states each process holds."""
    clients = [worker._client for worker in pool._workers]
    for client in clients:
        if client is not None:
            await client.stats()  # after which it is told what to forget
    return [(await client.stats()).states for client in clients if client is not None]


async def running(pool: LeanPool, tactic: str) -> None:
    """Until a process works on `tactic`."""

    def is_at_it() -> bool:
        for worker in pool._workers:
            first = worker._client and worker._client._channel._first()
            if first and isinstance(first.request, Run) and first.left:
                if first.request.tactics[-first.left] == tactic:
                    return True
        return False

    await until(is_at_it)


# What it answers


async def test_a_proof_step_by_step(pool: LeanPool) -> None:
    root = await pool.start(SWAP)
    assert root.text == "a b : Nat\nxs : List Nat\n⊢ a + b = b + a"
    assert (root.origin, root.theorem) == (None, SWAP)
    [[induction]] = await pool.step([(root, ["induction a"])])
    zero, succ = applied(induction).states
    assert applied(induction).positions == ((0,), (1,))
    assert succ.origin == Origin(root, "induction a", 1)
    assert [len(s.path) for s in (root, zero, succ)] == [0, 1, 1]
    [[by_simp], [by_omega, again]] = await pool.step([(zero, ["simp"]), (succ, ["omega", "skip"])])
    assert applied(by_simp).closed
    assert applied(by_omega).closed
    assert isinstance(again, Rejected)
    assert again.reason is Reason.NO_PROGRESS


async def test_rejections_have_reasons(pool: LeanPool) -> None:
    root = await pool.start(SWAP)
    tactics = ["intro (", "exact foo", "skip", "sorry", "exact \ud800", "omega -- sorry"]
    [results] = await pool.step([(root, tactics)])
    assert [r.reason for r in results if isinstance(r, Rejected)] == [
        Reason.PARSE,
        Reason.ERROR,
        Reason.NO_PROGRESS,
        Reason.FORBIDDEN,
        Reason.PARSE,
    ]
    assert "`sorry`" in results[3].message  # type: ignore[union-attr]


async def test_nothing_to_do(pool: LeanPool) -> None:
    root = await pool.start(SWAP)
    assert await pool.step([]) == []
    assert await pool.step([(root, []), (root, [])]) == [[], []]


async def test_answers_stand_in_the_order_of_the_questions(launch: LaunchFor) -> None:
    async with LeanPool(launch) as pool:
        root = await pool.start(SWAP)
        [[first, second]] = await pool.step([(root, ["cases a", "cases b"])])
        states = [root, *applied(first).states, *applied(second).states]
        batch = [(s, [f"have h{i}_{k} := {i}" for k in range(25)]) for i, s in enumerate(states)]
        await until_both_work(pool, root)
        results = await pool.step(batch)
        names = [[applied(t).states[0].goals[0].hypotheses[-1].name for t in ts] for ts in results]
        assert names == [[f"h{i}_{k}" for k in range(25)] for i in range(len(states))]
        assert min(await states_held(pool)) > 20  # both had their share


async def until_both_work(pool: LeanPool, root: ProofState) -> None:
    """The second process starts when there is more to do than the first can take at once."""
    while len(pool.pids) < 2:
        await pool.step([(root, ["skip"] * 50)])


async def test_one_worker_or_two_make_no_difference(launch: LaunchFor) -> None:
    async def explore(pool: LeanPool) -> list[list[tuple[object, ...]]]:
        root = await pool.start(SWAP)
        if pool._config.workers > 1:
            await until_both_work(pool, root)
        level = await pool.step([(root, TACTICS * 3)])
        kids = [s for t in level[0] if isinstance(t, Applied) for s in t.states]
        return contents(level + await pool.step([(kid, TACTICS) for kid in kids]))

    async with LeanPool(launch, ONE) as one, LeanPool(launch) as two:
        assert await explore(one) == await explore(two)


async def test_many_theorems_at_once(pool: LeanPool) -> None:
    theorems = [Theorem(statement=f"theorem t{i} : {i} + 0 = {i}", name=f"t{i}") for i in range(40)]
    roots = await asyncio.gather(*(pool.start(theorem) for theorem in theorems))
    assert [root.goals[0].target for root in roots] == [f"{i} + 0 = {i}" for i in range(40)]
    results = await asyncio.gather(*(pool.step([(root, ["rfl", "foo"])]) for root in roots))
    assert {(applied(t[0]).closed, type(t[1])) for (t,) in results} == {(True, Rejected)}


async def test_bad_input_is_named_and_does_no_harm(pool: LeanPool) -> None:
    with pytest.raises(InvalidHeader, match=r"header:1:6: .*Nad"):
        await pool.start(Theorem(statement="theorem t : True", header="open Nad\n"))
    with pytest.raises(InvalidStatement, match="statement:1:13"):
        await pool.start(Theorem(statement="theorem t : Nat.foo"))
    with pytest.raises(InvalidHeader):
        await pool.scan("theorem t : 1 = 2 := rfl\n")
    assert (await pool.start(SWAP)).theorem == SWAP


async def test_a_header_is_in_force(pool: LeanPool) -> None:
    header = 'def double (n : Nat) := n + n\nnotation "ℕ" => Nat\nopen Nat\n'
    root = await pool.start(
        Theorem(statement="theorem t (n : ℕ) : double n = 2 * n", header=header)
    )
    [[simp]] = await pool.step([(root, ["simp [double]; omega"])])
    assert applied(simp).closed


async def test_headers_may_want_other_imports(launch: LaunchFor) -> None:
    meta = Theorem(statement="theorem t (e : Lean.Expr) : e = e", header="import Lean\n")
    async with LeanPool(launch, ONE) as pool:
        plain = await pool.start(SWAP)
        root = await pool.start(meta)
        [[omega], [rfl]] = await pool.step([(plain, ["omega"]), (root, ["rfl"])])
        assert applied(omega).closed
        assert applied(rfl).closed


# What it holds


async def test_released_states_are_forgotten_everywhere(launch: LaunchFor) -> None:
    async with LeanPool(launch) as pool:
        root = await pool.start(SWAP)
        await until_both_work(pool, root)
        results = await pool.step([(root, TACTICS * 10)])
        kids = [s for t in results[0] if isinstance(t, Applied) for s in t.states]
        assert sum(await states_held(pool)) == len(kids) + 2
        await pool.release(kids)
        assert await states_held(pool) == [1, 1]
        await pool.release([root])
        await pool.release([root])
        assert await states_held(pool) == [0, 0]


async def test_a_released_state_can_be_asked_about_again(launch: LaunchFor) -> None:
    async with LeanPool(launch, ONE) as pool:
        root = await pool.start(SWAP)
        [[split]] = await pool.step([(root, ["induction a"])])
        zero, succ = applied(split).states
        [before] = contents(await pool.step([(succ, TACTICS)]))
        await pool.release([root, zero, succ])
        [after] = contents(await pool.step([(succ, TACTICS)]))
        assert after == before


async def test_a_replay_leaves_nothing_behind(launch: LaunchFor) -> None:
    async with LeanPool(launch, ONE) as pool:
        root = await pool.start(SWAP)
        [[split]] = await pool.step([(root, ["cases a <;> cases xs"])])
        last = applied(split).states[-1]
        [[more]] = await pool.step([(last, ["have := 1"])])
        (deep,) = applied(more).states
        await pool.release([root, *applied(split).states, deep])
        assert await states_held(pool) == [0]
        await pool.step([(deep, ["skip"])])
        assert await states_held(pool) == [1]


async def test_states_of_another_pool_are_replayed(pool: LeanPool, launch: LaunchFor) -> None:
    async with LeanPool(launch, ONE) as other:
        root = await other.start(SWAP)
        [[split]] = await other.step([(root, ["induction a"])])
        succ = applied(split).states[1]
        there = contents(await other.step([(succ, TACTICS)]))
    assert contents(await pool.step([(succ, TACTICS)])) == there


async def test_a_replay_that_leads_elsewhere_is_an_error(pool: LeanPool) -> None:
    root = await pool.start(SWAP)
    [[split]] = await pool.step([(root, ["cases a"])])
    zero, _ = applied(split).states
    others = [
        (ProofState(zero.key, SWAP, zero.goals, Origin(root, "cases a", 1)), "are others"),
        (ProofState(zero.key, SWAP, zero.goals, Origin(root, "cases a", 2)), "fewer goals"),
        (ProofState(zero.key, SWAP, zero.goals, Origin(root, "cases c", 0)), "fails"),
        (ProofState(zero.key, SWAP, root.goals), "are others"),
    ]
    for state, how in others:
        with pytest.raises(ReplayError, match=how):
            await pool.step([(state, ["skip"])])
    assert isinstance((await pool.step([(zero, ["simp"])]))[0][0], Applied)


# What goes wrong


async def test_a_worker_killed_in_the_middle_changes_nothing(launch: LaunchFor) -> None:
    config = PoolConfig(workers=1, limits=Limits(seconds=2))
    async with LeanPool(launch, config) as pool:
        root = await pool.start(HARD)
        [[have]] = await pool.step([(root, ["have h := swap 1 2"])])
        (state,) = applied(have).states
        tactics = ["clear h1", ENDLESS, "rw [h]", "exact foo", "cases x0"]
        expected = contents(await pool.step([(state, tactics)]))
        (pid,) = pool.pids
        step = asyncio.create_task(pool.step([(state, tactics)]))
        await running(pool, ENDLESS)
        os.kill(pid, signal.SIGKILL)
        assert contents(await step) == expected
        assert pool.pids != [pid]
        assert not is_running(pid)


async def test_killed_twice_on_one_tactic_is_a_broken_machine(launch: LaunchFor) -> None:
    async with LeanPool(launch, MINUTES) as pool:
        root = await pool.start(HARD)
        step = asyncio.create_task(pool.step([(root, ["clear h1", ENDLESS])]))
        await end_twice(pool, signal.SIGKILL)
        with pytest.raises(LeanProcessError, match="signal 9"):
            await step
        [[clear]] = await pool.step([(root, ["clear h1"])])
        assert not applied(clear).closed


async def test_a_tactic_that_breaks_lean_twice_is_rejected(launch: LaunchFor) -> None:
    async with LeanPool(launch, MINUTES) as pool:
        root = await pool.start(HARD)
        step = asyncio.create_task(pool.step([(root, ["clear h1", ENDLESS, "clear h2"])]))
        await end_twice(pool, signal.SIGSEGV)
        [[first, crash, last]] = await step
        assert isinstance(crash, Rejected)
        assert crash.reason is Reason.CRASH
        assert isinstance(first, Applied)
        assert isinstance(last, Applied)


async def end_twice(pool: LeanPool, how: signal.Signals) -> None:
    for _ in range(2):
        await running(pool, ENDLESS)
        (pid,) = pool.pids
        os.kill(pid, how)
        await until(lambda pid=pid: pid not in pool.pids)  # type: ignore[misc]


async def test_hard_limits_reject_exactly_the_tactic_that_broke_them(launch: LaunchFor) -> None:
    async with LeanPool(launch, ONE_SECOND) as pool:
        root = await pool.start(HARD)
        tactics = ["clear h1", STUBBORN, "clear h2", GREEDY, ENDLESS, "clear h3"]
        [results] = await pool.step([(root, tactics)])
        reasons = [r.reason if isinstance(r, Rejected) else None for r in results]
        assert reasons == [None, Reason.TIMEOUT, None, Reason.MEMORY, Reason.TIMEOUT, None]
        assert 1 <= results[1].seconds < 6
        kids = [s for r in results if isinstance(r, Applied) for s in r.states]
        again = await pool.step([(kid, ["clear h4"]) for kid in kids])
        assert [type(t) for (t,) in again] == [Applied] * 3


async def test_a_process_that_has_grown_is_replaced(launch: LaunchFor) -> None:
    async with LeanPool(launch, PoolConfig(workers=1, growth_mb=-1000)) as pool:
        root = await pool.start(SWAP)
        seen: set[int] = set()
        for tactic in ["cases a", "cases b", "cases xs"]:
            [[cases]] = await pool.step([(root, [tactic])])
            assert len(applied(cases).states) == 2
            await until(lambda: not pool.pids)
            seen.update(pool.pids)
        assert not seen


async def test_cancelling_stops_lean_and_leaves_the_pool_usable(launch: LaunchFor) -> None:
    async with LeanPool(launch, MINUTES) as pool:
        root = await pool.start(HARD)
        pids = pool.pids
        step = asyncio.create_task(pool.step([(root, ["clear h1", ENDLESS, ENDLESS])]))
        await running(pool, ENDLESS)
        step.cancel()
        with pytest.raises(asyncio.CancelledError):
            await step
        [[clear]] = await pool.step([(root, ["clear h1"])])
        assert isinstance(clear, Applied)
        assert pool.pids == pids
        assert await states_held(pool) == [2]


async def test_what_ignores_a_cancellation_is_killed(launch: LaunchFor) -> None:
    async with LeanPool(launch, MINUTES) as pool:
        root = await pool.start(HARD)
        (pid,) = pool.pids
        step = asyncio.create_task(pool.step([(root, [STUBBORN])]))
        await running(pool, STUBBORN)
        step.cancel()
        with pytest.raises(asyncio.CancelledError):
            await step
        [[clear]] = await pool.step([(root, ["clear h1"])])
        assert isinstance(clear, Applied)
        assert not is_running(pid)


async def test_a_cancelled_start_leaves_nothing(launch: LaunchFor) -> None:
    async with LeanPool(launch, ONE) as pool:
        await pool.start(SWAP)
        for _ in range(20):
            start = asyncio.create_task(pool.start(SWAP))
            await asyncio.sleep(0)
            start.cancel()
            with pytest.raises(asyncio.CancelledError):
                await start
        assert await states_held(pool) == [1]


async def test_closing_ends_the_processes_and_what_waits(launch: LaunchFor) -> None:
    pool = LeanPool(launch, MINUTES)
    root = await pool.start(HARD)
    pids = pool.pids
    step = asyncio.create_task(pool.step([(root, [ENDLESS])]))
    waiting = asyncio.create_task(pool.start(SWAP))
    await running(pool, ENDLESS)
    await pool.close()
    for task in (step, waiting):
        with pytest.raises(BrokenEnvironment, match="closed"):
            await task
    assert not any(is_running(pid) for pid in pids)
    with pytest.raises(BrokenEnvironment, match="closed"):
        await pool.start(SWAP)
