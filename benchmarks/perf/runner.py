"""Overhead of the suite runner.

    python -m benchmarks.perf.runner [--theorems N] [--runs N]

Real attempts at theorems of Lean's library, one at a time.  The runner's own share is the part of
the time in which no attempt runs; writing to disk is included.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from benchmarks.perf.measurement import Measurement, table
from benchmarks.runner import AttemptJob, Runner, RunOptions, attempt
from benchmarks.suites import library
from benchmarks.suites.types import Entry, select
from lean_env.toolchain.cache import default_cache_dir
from lean_env.toolchain.launch import embedded_launch
from lean_env.wire.client import LaunchFactory
from prover.config import Settings
from prover.runs.ledger import Ledger, Row
from prover.session import ProverSession, open_prover
from prover.types import Style


def short_attempts() -> Settings:
    """Settings with few Lean calls: the shorter an attempt, the larger the runner's share of it."""
    return Settings(
        policy="portfolio", max_lean_calls=8, timeout=None, workers=1, style=Style.COMPACT
    )


def main() -> None:
    """Read the options, measure, and print a table."""
    parser = argparse.ArgumentParser(description="Measure what running a suite costs.")
    parser.add_argument("--theorems", type=int, default=100, help="in a sample (default: 100)")
    parser.add_argument("--runs", type=int, default=3, help="samples (default: 3)")
    options = parser.parse_args()
    print(table([asyncio.run(overhead(options.theorems, options.runs))]))


async def overhead(theorems: int, runs: int) -> Measurement:
    """Measure the share of a run's time in which no attempt runs.

    Args:
        theorems: The number of theorems in a sample.
        runs: The number of samples.

    Returns:
        The share, without the first sample, in which the worker warms up.
    """
    launch: LaunchFactory = partial(embedded_launch, default_cache_dir())
    entries = select(await library.load(launch), split="train", limit=theorems).entries
    async with open_prover(short_attempts(), launch, theorems) as prover:
        samples = [await _share(prover, entries) for _ in range(1 + runs)]
    return Measurement(
        name="the runner's own time",
        unit="share",
        samples=tuple(samples[1:]),  # in the first one the worker gets ready
        at_most=0.02,
    )


async def _share(prover: ProverSession, entries: Sequence[Entry]) -> float:
    proving = 0.0

    async def work(job: AttemptJob) -> Row:
        nonlocal proving
        began = time.perf_counter()
        row = await attempt(prover, job)
        proving += time.perf_counter() - began
        return row

    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(Path(folder) / "ledger.jsonl")
        runner = Runner(ledger, RunOptions(settings=short_attempts()), lambda _: None)
        jobs = [AttemptJob(entry, 0) for entry in entries]
        began = time.perf_counter()
        await runner.run_jobs(jobs, work, 1, asyncio.Event())
        return 1 - proving / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
