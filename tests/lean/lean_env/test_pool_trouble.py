"""The environment that searches use: processes that end, limits, cancellation."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from lean_env.errors import BrokenEnvironment, LeanProcessError
from lean_env.pool import LeanPool, PoolConfig
from lean_env.types import Applied, Limits, Rejected, RejectionReason
from lean_env.wire.client import LaunchFactory
from tests.support.hard import ENDLESS, GREEDY, HARD, STUBBORN, is_running, until
from tests.support.pools import MINUTES, ONE, SWAP, applied, contents, running, states_held

ONE_SECOND = PoolConfig(workers=1, limits=Limits(seconds=1))


async def test_a_worker_killed_in_the_middle_changes_nothing(launch: LaunchFactory) -> None:
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


async def test_killed_twice_on_one_tactic_is_a_broken_machine(launch: LaunchFactory) -> None:
    async with LeanPool(launch, MINUTES) as pool:
        root = await pool.start(HARD)
        step = asyncio.create_task(pool.step([(root, ["clear h1", ENDLESS])]))
        await end_twice(pool, signal.SIGKILL)
        with pytest.raises(LeanProcessError, match="signal 9"):
            await step
        [[clear]] = await pool.step([(root, ["clear h1"])])
        assert not applied(clear).closed


async def test_a_tactic_that_breaks_lean_twice_is_rejected(launch: LaunchFactory) -> None:
    async with LeanPool(launch, MINUTES) as pool:
        root = await pool.start(HARD)
        step = asyncio.create_task(pool.step([(root, ["clear h1", ENDLESS, "clear h2"])]))
        await end_twice(pool, signal.SIGSEGV)
        [[first, crash, last]] = await step
        assert isinstance(crash, Rejected)
        assert crash.reason is RejectionReason.CRASH
        assert isinstance(first, Applied)
        assert isinstance(last, Applied)


async def end_twice(pool: LeanPool, how: signal.Signals) -> None:
    for _ in range(2):
        await running(pool, ENDLESS)
        (pid,) = pool.pids
        os.kill(pid, how)
        await until(lambda pid=pid: pid not in pool.pids)  # type: ignore[misc]


async def test_hard_limits_reject_exactly_the_tactic_that_broke_them(launch: LaunchFactory) -> None:
    async with LeanPool(launch, ONE_SECOND) as pool:
        root = await pool.start(HARD)
        [results] = await pool.step(
            [(root, ["clear h1", STUBBORN, "clear h2", ENDLESS, "clear h3"])]
        )
        reasons = [r.reason if isinstance(r, Rejected) else None for r in results]
        assert reasons == [None, RejectionReason.TIMEOUT, None, RejectionReason.TIMEOUT, None]
        assert 1 <= results[1].seconds < 6
        kids = [s for r in results if isinstance(r, Applied) for s in r.states]
        again = await pool.step([(kid, ["clear h4"]) for kid in kids])
        assert [type(t) for (t,) in again] == [Applied] * 3


async def test_too_much_memory_rejects_exactly_the_tactic_that_takes_it(
    launch: LaunchFactory,
) -> None:
    async with LeanPool(launch, MINUTES) as pool:
        root = await pool.start(HARD)
        [[first, greedy, last]] = await pool.step([(root, ["clear h1", GREEDY, "clear h2"])])
        assert isinstance(greedy, Rejected)
        assert greedy.reason is RejectionReason.MEMORY
        assert isinstance(first, Applied)
        assert isinstance(last, Applied)


async def test_a_process_that_has_grown_is_replaced(launch: LaunchFactory) -> None:
    async with LeanPool(launch, PoolConfig(workers=1, growth_mb=-1000)) as pool:
        root = await pool.start(SWAP)
        await until(lambda: not pool.pids)
        [[cases]] = await pool.step([(root, ["cases a"])])
        await until(lambda: not pool.pids)
        [[simp], [omega]] = await pool.step([(s, ["simp +arith"]) for s in applied(cases).states])
        assert applied(simp).closed
        assert applied(omega).closed


async def test_cancelling_stops_lean_and_leaves_the_pool_usable(launch: LaunchFactory) -> None:
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


async def test_cancelled_calls_do_not_spoil_the_next_one(launch: LaunchFactory) -> None:
    async with LeanPool(launch, MINUTES) as pool:
        root = await pool.start(HARD)
        for _ in range(3):
            step = asyncio.create_task(pool.step([(root, ["clear h1", ENDLESS])]))
            await asyncio.sleep(0)
            step.cancel()
        [results] = await pool.step([(root, ["clear h1", "clear h2"])])
        assert [type(result) for result in results] == [Applied, Applied]


async def test_what_ignores_a_cancellation_is_killed(launch: LaunchFactory) -> None:
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


async def test_a_cancelled_start_leaves_nothing(launch: LaunchFactory) -> None:
    async with LeanPool(launch, ONE) as pool:
        await pool.start(SWAP)
        for _ in range(20):
            start = asyncio.create_task(pool.start(SWAP))
            await asyncio.sleep(0)
            start.cancel()
            with pytest.raises(asyncio.CancelledError):
                await start
        assert await states_held(pool) == [1]


async def test_closing_ends_the_processes_and_what_waits(launch: LaunchFactory) -> None:
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
