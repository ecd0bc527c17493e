"""Speed of Lean workers: start, round trip, memory, tactics a second."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

import psutil

from benchmarks.perf.measurement import Measurement
from lean_env.pool import LeanPool, PoolConfig
from lean_env.toolchain.launch import LaunchSpec
from lean_env.types import Limits, ProofState, Tactic, Theorem
from lean_env.wire.client import LaunchFactory, LeanClient

THEOREM = Theorem(statement="theorem t (a b c : Nat) (xs : List Nat) : a + b + 0 = b + a")
TACTICS: tuple[Tactic, ...] = (
    "simp [Nat.add_comm]",
    "omega",
    "rw [Nat.add_zero, Nat.add_comm]",
    "exact Nat.add_comm a b",
    "induction xs",
    "grind",
    "cases a",
    "exact foo",
)
"""Closing, leaving goals, failing: what a search runs."""


async def start(launch: LaunchSpec, runs: int) -> list[Measurement]:
    """Measure the start of a worker and its memory.

    Args:
        launch: How Lean is started.
        runs: The number of workers.

    Returns:
        Seconds from spawning to the first tactic's result, and gigabytes (10⁹ bytes) after more
        tactics: resident, and not shared with other processes.
    """
    seconds, resident, private = [], [], []
    for _ in range(runs):
        began = time.perf_counter()
        client = await LeanClient.launch(launch)
        try:
            state = (await client.start(THEOREM)).state.id
            await _run(client, state, ("omega",))
            seconds.append(time.perf_counter() - began)
            await _run(client, state, TACTICS * 5)
            memory = psutil.Process(client.pid).memory_full_info()
            resident.append(memory.rss / 1e9)
            private.append(memory.uss / 1e9)
        finally:
            await client.close()
    return [
        Measurement(
            name="worker: spawn to first tactic", unit="s", samples=tuple(seconds), at_most=1.3
        ),
        Measurement(
            name="worker: resident memory", unit="GB", samples=tuple(resident), at_most=0.8
        ),
        Measurement(name="worker: memory of its own", unit="GB", samples=tuple(private)),
    ]


async def _run(client: LeanClient, state: int, tactics: Sequence[Tactic]) -> None:
    with client.run(state, tactics, Limits()) as answers:
        async for _ in answers:
            pass


async def round_trip(launch: LaunchSpec, requests: int) -> Measurement:
    """Measure a request that does nothing, in milliseconds; the first fifth is warm-up."""
    client = await LeanClient.launch(launch)
    try:
        milliseconds = []
        for _ in range(requests):
            began = time.perf_counter()
            await client.stats()
            milliseconds.append((time.perf_counter() - began) * 1e3)
    finally:
        await client.close()
    settled = tuple(milliseconds[requests // 5 :])
    return Measurement(name="trivial request", unit="ms", samples=settled, at_most=0.2)


async def throughput(launch: LaunchFactory, runs: int, repeat: int = 10) -> list[Measurement]:
    """Measure tactics a second with one worker and with two, alternately.

    Two pools of one worker each show what the machine allows: two virtual processors may share one
    core.

    Args:
        launch: Starts Lean.
        runs: The number of samples.
        repeat: How often each tactic runs in a batch.

    Returns:
        Throughputs, their ratios, and the share of the time that Lean's own clock accounts for.
    """
    one, two, share, gain, machine = [], [], [], [], []
    async with (
        LeanPool(launch, PoolConfig(workers=1)) as single,
        LeanPool(launch, PoolConfig(workers=1)) as other,
        LeanPool(launch, PoolConfig(workers=2)) as double,
    ):
        pools = (single, other, double)
        states = {pool: [await pool.start(THEOREM) for _ in range(4)] for pool in pools}
        for pool, theirs in states.items():
            await _step(pool, theirs, repeat)  # compiles, and has each worker hold states
        for _ in range(runs):
            wall, inside = await _step(single, states[single], repeat)
            both, _ = await _step(double, states[double], repeat)
            beside = await asyncio.gather(*(_step(p, states[p], repeat) for p in (single, other)))
            tactics = len(TACTICS) * repeat * 4
            one.append(tactics / wall)
            two.append(tactics / both)
            share.append(inside / wall)
            gain.append(wall / both)
            machine.append(sum(wall / seconds for seconds, _ in beside))
    return [
        Measurement(name="one worker", unit="tactics/s", samples=tuple(one)),
        Measurement(name="two workers", unit="tactics/s", samples=tuple(two)),
        Measurement(
            name="one worker against a loop inside Lean",
            unit="ratio",
            samples=tuple(share),
            at_least=0.9,
        ),
        Measurement(
            name="two workers against one", unit="ratio", samples=tuple(gain), at_least=1.8
        ),
        Measurement(
            name="two pools of one worker against one", unit="ratio", samples=tuple(machine)
        ),
    ]


async def _step(pool: LeanPool, states: Sequence[ProofState], repeat: int) -> tuple[float, float]:
    """Seconds for a batch: wall-clock, and as Lean measured its tactics."""
    began = time.perf_counter()
    answers = await pool.step([(state, TACTICS * repeat) for state in states])
    wall = time.perf_counter() - began
    await pool.release(
        [s for results in answers for r in results for s in getattr(r, "states", ())]
    )
    return wall, sum(result.seconds for results in answers for result in results)
