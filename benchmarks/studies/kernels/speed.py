"""How long the two kernels take for the same declarations.

    python -m benchmarks.studies.kernels.speed [--proofs N] [--seed N]

Stored proofs of library lemmas are elaborated, and both kernels check their terms in turn: Lean's
in its own process, the second over a library that it has read before.  Reading the export is
counted for the second kernel and not for Lean's.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from functools import partial
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import Any

from benchmarks.studies.kernels.environments import Export
from benchmarks.studies.kernels.kernels import Kernels, open_kernels
from lean_env.toolchain.cache import default_cache_dir
from lean_env.toolchain.launch import embedded_launch
from lean_env.wire.client import LeanClient
from lean_env.wire.protocol import ExportAnswer

PROOFS = Path("data/library-lemmas/proofs/train.parquet")
ROUNDS = 3
"""Each proof is checked so often; the shortest time counts."""
SECONDS = 20.0


def sample(count: int, seed: int) -> list[dict[str, Any]]:
    """Stored proofs that need Init alone, in random order."""
    import pyarrow.parquet as pq

    rows: list[dict[str, Any]] = pq.read_table(PROOFS).to_pylist()
    rows = [row for row in rows if "import" not in row["header"]]
    Random(seed).shuffle(rows)
    return rows[:count]


async def exported(lean: LeanClient, row: dict[str, Any]) -> Export | None:
    """The terms of a stored proof; None where its name is not the one that it declares."""
    name = tuple(f"{row['theorem']}.again".split("."))
    answer = await lean.export(row["header"], name, row["proof"], SECONDS)
    return dict(answer.export) if isinstance(answer, ExportAnswer) else None


async def times(kernels: Kernels, made: Export) -> tuple[float, float] | None:
    """Milliseconds that Lean's kernel and the second one take; None unless both accept."""
    own, other = [], []
    for _ in range(ROUNDS):
        [replayed] = await kernels.replay([made])
        if replayed is None or replayed.error:
            return None
        [reply] = await kernels.check([replayed.rows])
        if reply["verdict"] != "accepted":
            return None
        own.append(replayed.ms)
        other.append(reply["ms"])
    return min(own), min(other)


async def measure(count: int, seed: int) -> list[tuple[float, float]]:
    """Time both kernels on stored proofs."""
    found = []
    async with open_kernels(partial(embedded_launch, default_cache_dir())) as kernels:
        lean = await kernels.lean()
        for number, row in enumerate(sample(count, seed), 1):
            made = await exported(lean, row)
            if made is not None and (took := await times(kernels, made)):
                found.append(took)
            print(f"{number} of {count}", file=sys.stderr)
    return found


def main() -> None:
    """Print median and 95th percentile of both kernels."""
    parser = argparse.ArgumentParser(description="Time both kernels on the same declarations.")
    parser.add_argument("--proofs", type=int, default=200, help="how many (default: 200)")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    found = asyncio.run(measure(options.proofs, options.seed))
    print(f"{len(found)} proofs, milliseconds: median, 95th percentile")
    for name, took in (("Lean's kernel", [a for a, _ in found]), ("second", [b for _, b in found])):
        print(f"{name:<14} {median(took):8.2f} {quantiles(took, n=20)[-1]:8.2f}")
    print(f"second / Lean's, median of the proofs: {median(b / a for a, b in found):.2f}")


if __name__ == "__main__":
    main()
