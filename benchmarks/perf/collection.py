"""Collect proof data with one worker and with two, alternately.

    python -m benchmarks.perf.collection [--theorems N] [--runs N]

The theorems are of Lean's library, each with a fixed number of tactics.  A run is measured from
when its workers are warm until its last theorems begin.  The same is measured for two plain Python
loops, because two virtual processors may share one core.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from benchmarks.perf.measurement import Measurement, table
from benchmarks.suites import library
from benchmarks.suites.types import select
from lean_env.toolchain.cache import default_cache_dir
from lean_env.toolchain.launch import embedded_launch
from lean_env.wire.client import LaunchFactory
from prover.config import Settings
from prover.datasets.collect import CollectionProgress, CollectionTask, collect
from prover.types import Style

WARM_UP = 6
"""So many theorems end before a run is looked at, and so many are not looked at in the end."""

LOOP = "import time; t = time.perf_counter(); sum(range(10**8)); print(time.perf_counter() - t)"


@dataclass(frozen=True, slots=True)
class Rates:
    """How fast a collection was.

    Attributes:
        edges: Edges a second.
        idle: The share of the time in which a worker had nothing to do.
        overhead: The share of the time spent on making and writing records.
    """

    edges: float
    idle: float
    overhead: float


async def rates(work: CollectionTask, workers: int, launch: LaunchFactory) -> Rates:
    """Collect once and measure it.

    Args:
        work: What is collected.
        workers: The number of Lean processes.
        launch: Starts Lean.

    Returns:
        The rates, without the first and the last theorems.
    """
    seen: list[CollectionProgress] = []
    times: list[float] = []

    def on_end(tally: CollectionProgress) -> None:
        seen.append(replace(tally))
        times.append(time.monotonic())

    work = replace(work, settings=replace(work.settings, workers=workers))
    with tempfile.TemporaryDirectory() as folder:
        await collect(Path(folder), work, launch(()), launch, on_end=on_end)
    first, last = seen[WARM_UP], seen[-WARM_UP]
    seconds = times[-WARM_UP] - times[WARM_UP]
    return Rates(
        edges=(last.edges - first.edges) / seconds,
        idle=1 - (last.worked - first.worked) / (workers * seconds),
        overhead=(last.overhead - first.overhead) / seconds,
    )


def two_loops() -> float:
    """Measure the throughput of two plain Python loops at once, relative to one."""

    def seconds(count: int) -> float:
        command = [sys.executable, "-c", LOOP]
        loops = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(count)]
        return sum(float(loop.communicate()[0]) for loop in loops) / count

    return 2 * seconds(1) / seconds(2)


async def measure(theorems: int, runs: int) -> list[Measurement]:
    """Compare collections with one worker and with two.

    Args:
        theorems: The number of theorems in a collection.
        runs: The number of collections of each kind.

    Returns:
        Rates, gains, and shares of time.
    """
    launch = partial(embedded_launch, default_cache_dir())
    suite = select(await library.load(launch), split="train", limit=theorems)
    work = CollectionTask(
        suite={"name": suite.name, "variant": suite.variant, "digest": suite.digest},
        statements=suite.entries,
        settings=Settings(policy="portfolio", max_lean_calls=64, timeout=None, style=Style.COMPACT),
    )
    one, two, loops = [], [], []
    for _ in range(runs):
        loops.append(two_loops())
        one.append(await rates(work, 1, launch))
        two.append(await rates(work, 2, launch))
    gains = tuple(b.edges / a.edges for a, b in zip(one, two, strict=True))
    idle = tuple(run.idle for run in two)
    overhead = tuple(run.overhead for run in two)
    return [
        Measurement(name="one worker", unit="edges/s", samples=tuple(run.edges for run in one)),
        Measurement(name="two workers", unit="edges/s", samples=tuple(run.edges for run in two)),
        Measurement(name="two workers against one", unit="ratio", samples=gains, at_least=1.8),
        Measurement(name="two plain Python loops against one", unit="ratio", samples=tuple(loops)),
        Measurement(name="idle time of two workers", unit="share", samples=idle, at_most=0.1),
        Measurement(name="records and store", unit="share", samples=overhead, at_most=0.05),
    ]


def main() -> None:
    """Read the options, measure, and print a table."""
    parser = argparse.ArgumentParser(description="Collect with one worker and with two.")
    parser.add_argument("--theorems", type=int, default=60)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    print(table(asyncio.run(measure(options.theorems, options.runs))))


if __name__ == "__main__":
    main()
