"""Measure what `qstar` promises about speed.

    python -m benchmarks.perf [--out FILE] [--runs N]

Writes a JSON file and a table.  The machine should do nothing else meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import sys
from functools import partial
from pathlib import Path

from benchmarks.perf import command, gate, lean, search
from benchmarks.perf.measurement import Measurement, table
from lean_env.toolchain.cache import default_cache_dir
from lean_env.toolchain.launch import embedded_launch

SLOW_RUNS = 3
"""At most so many samples of what takes half a minute."""


def main() -> None:
    """Measure everything, print a table, and write the JSON file that `--out` names."""
    parser = argparse.ArgumentParser(description="Measure the speed of qstar.")
    parser.add_argument("--out", type=Path, help="write the figures here, as JSON")
    parser.add_argument("--runs", type=int, default=5, help="samples of each figure (default: 5)")
    options = parser.parse_args()
    figures = asyncio.run(measure(options.runs))
    log("search algorithms")
    figures += search.measure(partial(embedded_launch, default_cache_dir()), runs=1)
    print(table(figures))
    if options.out:
        found = {
            "machine": {"processors": os.cpu_count(), "system": platform.platform()},
            "python": platform.python_version(),
            "figures": [figure.record() for figure in figures],
        }
        options.out.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
        print(f"\nwritten to {options.out}")


async def measure(runs: int) -> list[Measurement]:
    """Measure all but the search algorithms.

    Args:
        runs: The number of samples of each figure.

    Returns:
        The measurements, in the order of the table.
    """
    cache = default_cache_dir()
    launch = embedded_launch(cache)  # sets up what is missing, before anything is timed
    launch_for = partial(embedded_launch, cache)
    log("qstar --help, qstar prove")
    figures = [command.help_text(runs), command.prove_process(runs)]
    figures.append(await command.proof(launch_for, runs))
    log("start and memory of a worker")
    figures += await lean.start(launch, runs)
    log("round trip")
    figures.append(await lean.round_trip(launch, requests=2000))
    log("tactics a second")
    figures += await lean.throughput(launch_for, runs)
    log("the gate")
    figures += await gate.cost(launch_for, runs)
    log("search")
    figures.append(await command.search_overhead(launch_for, min(runs, SLOW_RUNS)))
    return figures


def log(what: str) -> None:
    """Show on stderr what is being measured."""
    print(f"measuring {what} …", file=sys.stderr)


if __name__ == "__main__":
    main()
