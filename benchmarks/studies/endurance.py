"""Thousands of mixed requests to Lean, with faults injected at random.

    python -m benchmarks.studies.endurance [--requests N] [--seed N] [--out FILE]

Each request must get exactly one response, equal to that without faults; memory must stay bounded,
and no process may be left behind.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from random import Random
from typing import TypeAlias

import psutil

from benchmarks.perf.measurement import Measurement, table
from benchmarks.studies.fuzz import content, with_proof
from benchmarks.studies.mutants import SUBJECTS, Subject
from lean_env.gate.verifier import Verifier
from lean_env.pool import LeanPool, PoolConfig
from lean_env.toolchain.cache import default_cache_dir
from lean_env.toolchain.launch import embedded_launch
from lean_env.types import Applied, Limits, ProofState, Refused, Theorem
from lean_env.wire.client import LaunchFactory

IN_FLIGHT = 6
ANSWER_TIMEOUT = 300.0
"""Seconds after which a request counts as lost."""

FAULT_RATE = 0.01
"""As a share of all requests."""

CONFIG = PoolConfig(workers=2, limits=Limits(seconds=5))
SLACK_MB = 512
"""What a process may take between two looks at its memory."""

VICTIM = Theorem(
    statement="theorem t (f : Nat → Nat) (swap : ∀ m n, f (m + n) = f (n + m)) : f (1 + 2) = 7"
)
BOMBS = {
    "memory bomb": "exact " + "(" * 20_000 + "rfl" + ")" * 20_000,
    "recursion bomb": "exact " + "id (" * 2_000 + "rfl" + ")" * 2_000,
    "endless loop": "set_option maxRecDepth 10000000 in repeat rw [swap]",
}
CONTROLS = ["have new : 1 = 1 := rfl", "exact foo"]
"""Run with each bomb, before and after it."""

Answer: TypeAlias = tuple[object, ...]
Request: TypeAlias = Callable[[], Awaitable[Answer]]


class Workload:
    """The requests to a pool and a gate, and the faults."""

    def __init__(self, pool: LeanPool, verifier: Verifier) -> None:
        self.pool, self._verifier = pool, verifier
        self._roots: dict[Theorem, ProofState] = {}
        self._control_answers: list[Answer] = []

    async def prepare(self) -> None:
        """Start all theorems, and record the results of the tactics that run beside a bomb."""
        for theorem in (VICTIM, *(subject.theorem for subject in SUBJECTS)):
            self._roots[theorem] = await self.pool.start(theorem)
        self._control_answers = await self._victim(CONTROLS)

    def requests(self) -> dict[str, Request]:
        """All kinds of requests, each for every subject."""
        kinds = {"start": self.start, "step": self.step, "descend": self.descend}
        kinds |= {"check": self.check, "verify": self.verify}
        return {
            f"{kind} {i}": partial(ask, subject)
            for kind, ask in kinds.items()
            for i, subject in enumerate(SUBJECTS)
        }

    async def start(self, subject: Subject) -> Answer:
        """Start the theorem; the response is its root state."""
        state = await self.pool.start(subject.theorem)
        await self.pool.release([state])
        return (state.key, state.text)

    async def step(self, subject: Subject) -> Answer:
        """Run all proofs and some failing tactics on the root state."""
        tactics = (*subject.proofs, "exact foo", "simp_all", "constructor")
        [results] = await self.pool.step([(self._roots[subject.theorem], tactics)])
        await self.pool.release([s for r in results if isinstance(r, Applied) for s in r.states])
        return tuple(content(result) for result in results)

    async def descend(self, subject: Subject) -> Answer:
        """Run a tactic, and others on each state that it leaves."""
        root = self._roots[subject.theorem]
        [[first]] = await self.pool.step([(root, ["have new : 1 = 1 := rfl"])])
        states = first.states if isinstance(first, Applied) else ()
        rows = await self.pool.step([(s, ["omega", "clear new", "exact foo"]) for s in states])
        later = [s for row in rows for r in row if isinstance(r, Applied) for s in r.states]
        await self.pool.release([*states, *later])
        return (content(first), *(content(result) for row in rows for result in row))

    async def check(self, subject: Subject) -> Answer:
        """Check a whole declaration without the gate."""
        answer = await self.pool.check("", with_proof(subject, subject.proofs[0]), ANSWER_TIMEOUT)
        return (answer.ok,)

    async def verify(self, subject: Subject) -> Answer:
        """Verify a proof with the gate."""
        verdict = (await self._verifier.verify(subject.theorem, subject.proofs[0])).verdict
        return (verdict.ok, verdict.reason if isinstance(verdict, Refused) else "")

    # Faults

    async def bomb(self, tactic: str) -> None:
        """Run a bomb between two ordinary tactics, whose results must not change."""
        first, exploded, last = await self._victim([CONTROLS[0], tactic, CONTROLS[1]])
        if exploded[0] == "applied" or [first, last] != self._control_answers:
            raise AssertionError(f"{tactic[:40]} was answered with {exploded}")

    async def _victim(self, tactics: list[str]) -> list[Answer]:
        [results] = await self.pool.step([(self._roots[VICTIM], tactics)])
        await self.pool.release([s for r in results if isinstance(r, Applied) for s in r.states])
        return [content(result) for result in results]

    async def cancelled(self) -> None:
        """Cancel a call while its tactic runs."""
        root = self._roots[VICTIM]
        call = asyncio.create_task(self.pool.step([(root, [BOMBS["endless loop"]])]))
        await asyncio.sleep(0.2)
        call.cancel()
        with suppress(asyncio.CancelledError):
            await call

    async def kill(self, rng: Random) -> None:
        """Kill a random worker process."""
        if self.pool.pids:
            os.kill(rng.choice(self.pool.pids), signal.SIGKILL)


class Run:
    """Sends requests and counts the responses."""

    def __init__(self, workload: Workload, expected: dict[str, Answer], rng: Random) -> None:
        self._workload, self._expected, self._rng = workload, expected, rng
        self._requests = workload.requests()
        self.asked: Counter[str] = Counter()
        self.answered = 0
        self.wrong: list[str] = []
        self.lean_mb = 0.0

    async def all(self, requests: int) -> None:
        """Send so many requests, several at a time, while memory is watched."""
        left = iter(range(requests))

        async def worker() -> None:
            for _ in left:
                await self._one()

        watching = asyncio.create_task(self._watch())
        async with asyncio.TaskGroup() as group:
            for _ in range(IN_FLIGHT):
                group.create_task(worker())
        watching.cancel()

    async def _one(self) -> None:
        faulty = self._rng.random() < FAULT_RATE
        name = self._rng.choice([*BOMBS, "cancelled", "kill"] if faulty else [*self._requests])
        self.asked[name if faulty else name.split()[0]] += 1
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT):
                if faulty:
                    await self._inject_fault(name)
                elif (answer := await self._requests[name]()) != self._expected[name]:
                    self.wrong.append(f"{name}: {answer}, not {self._expected[name]}")
            self.answered += 1
        except Exception as error:  # whatever it is, the request has no answer
            self.wrong.append(f"{name}: {type(error).__name__}: {error}")

    async def _inject_fault(self, name: str) -> None:
        if name in BOMBS:
            await self._workload.bomb(BOMBS[name])
        elif name == "kill":
            await self._workload.kill(self._rng)
        else:
            await self._workload.cancelled()

    async def _watch(self) -> None:
        while True:
            for pid in self._workload.pool.pids:
                with suppress(psutil.Error):
                    memory = psutil.Process(pid).memory_info()
                    self.lean_mb = max(self.lean_mb, (memory.rss - memory.shared) / 2**20)
            await asyncio.sleep(0.5)


async def endure(launch: LaunchFactory, requests: int, seed: int) -> tuple[Run, list[Measurement]]:
    """Run the whole study.

    Args:
        launch: Starts Lean.
        requests: The number of requests and faults.
        seed: Of their choice.

    Returns:
        The run with its failures, and the measurements.
    """
    me = psutil.Process()
    async with LeanPool(launch, CONFIG) as pool, Verifier(launch) as verifier:
        workload = Workload(pool, verifier)
        await workload.prepare()
        expected = {name: await ask() for name, ask in workload.requests().items()}
        run = Run(workload, expected, Random(seed))
        await run.all(requests // 10)  # so that what Python keeps anyway is there
        before = me.memory_info().rss
        await run.all(requests - requests // 10)
        grown = (me.memory_info().rss - before) / 1e6
        after = {name: await ask() for name, ask in workload.requests().items()}
        run.wrong += [f"{name}, afterwards" for name in expected if after[name] != expected[name]]
    left = len(me.children(recursive=True))
    bound = CONFIG.memory_mb + SLACK_MB
    lost = run.asked.total() - run.answered

    def figure(name: str, unit: str, value: float, at_most: float | None = None) -> Measurement:
        return Measurement(name=name, unit=unit, samples=(value,), at_most=at_most)

    return run, [
        *(figure(name, "requests", count) for name, count in sorted(run.asked.items())),
        figure("without an answer", "requests", lost, 0),
        figure("answered wrongly, or not", "requests", len(run.wrong), 0),
        figure("most memory of a Lean process", "MiB", run.lean_mb, bound),
        figure("memory gained by Python", "MB", grown, 64),
        figure("processes left behind", "processes", left, 0),
    ]


def main() -> None:
    """Read the options, run the study, print a table; exit with 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description="Disturb Lean and look what becomes of requests.")
    parser.add_argument("--requests", type=int, default=3000, help="how many (default: 3000)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, help="write the figures here, as JSON")
    options = parser.parse_args()
    launch = partial(embedded_launch, default_cache_dir())
    run, figures = asyncio.run(endure(launch, options.requests, options.seed))
    print(table(figures))
    for fault in run.wrong:
        print(fault, file=sys.stderr)
    if options.out:
        found = {"seed": options.seed, "figures": [figure.record() for figure in figures]}
        found |= {"wrong": run.wrong}
        options.out.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    sys.exit(any(figure.reached is False for figure in figures))


if __name__ == "__main__":
    main()
