"""What the runner of suites costs besides the proving.

python -m benchmarks.perf.runner [--runs N]
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

from benchmarks.perf.figures import Figure, table
from benchmarks.runner import Job, Options, Runner
from benchmarks.suites.types import Entry
from lean_env.types import Theorem
from prover.config import Settings
from prover.record import record
from prover.runs.ledger import Ledger, Row
from prover.types import SearchResult, Status, Stop

ATTEMPTS = 500
QUICK_SECONDS = 0.2
"""What an attempt takes that succeeds with the first tactics."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure what running a suite costs.")
    parser.add_argument("--runs", type=int, default=3, help="samples (default: 3)")
    print(table([overhead(parser.parse_args().runs)]))


def overhead(runs: int) -> Figure:
    """The runner's own time for an attempt, the row on disk included, over that of a quick one."""
    samples = tuple(asyncio.run(_seconds()) / ATTEMPTS / QUICK_SECONDS for _ in range(runs))
    return Figure(
        name="runner's own time against a quick attempt's", unit="1", samples=samples, at_most=0.02
    )


async def _seconds() -> float:
    theorem = Theorem(statement="theorem t (a b : Nat) : a + b = b + a", name="t")
    result = SearchResult(theorem=theorem, status=Status.PROVED, stop=Stop.PROVED, proof="…")

    async def work(job: Job) -> Row:
        return record(result)

    jobs = [Job(Entry(id=f"t{i}", theorem=theorem), 0) for i in range(ATTEMPTS)]
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(Path(folder) / "ledger.jsonl")
        runner = Runner(ledger, Options(settings=Settings()), lambda attempt: None)
        began = time.perf_counter()
        await runner.through(jobs, work, 2, asyncio.Event())
        return time.perf_counter() - began


if __name__ == "__main__":
    main()
