"""Random environments for both kernels; every disagreement is kept.

    python -m benchmarks.studies.kernels [--cases N] [--first N] [--seed N] [--out FILE]
    python -m benchmarks.studies.kernels --show NUMBER

Cases are numbered; each is made from seed and number alone.  With `--out` the counts of each block
of cases, and each disagreement with its case, are appended to a file, and blocks that are in it
already are skipped: so a run can be interrupted and continued, or divided by `--first`.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from random import Random
from typing import Any

from benchmarks.studies.blocks import parser, report, run_blocks
from benchmarks.studies.kernels import conversions, inductive_types, levels
from benchmarks.studies.kernels.environments import Export, export, ndjson
from benchmarks.studies.kernels.explanations import UNEXPLAINED, explain
from benchmarks.studies.kernels.kernels import Answers, Kernels, open_kernels
from benchmarks.studies.kernels.mutations import mutant
from lean_env.toolchain.cache import default_cache_dir
from lean_env.toolchain.launch import embedded_launch

BLOCK = 500
BATCH = 50
MUTANT_SHARE = 0.6
GENERATORS = {"levels": levels.case, "conversions": conversions.case, "types": inductive_types.case}
SHARES = {"levels": 0.08, "conversions": 0.38, "types": 0.42, "proofs": 0.12}


@dataclass(frozen=True, slots=True)
class Case:
    """An environment over the library.

    Attributes:
        kind: Which generator made it.
        mutated: Whether it was changed afterwards.
        export: Its declarations.
    """

    kind: str
    mutated: bool
    export: Export


def case(seed: int, number: int, theorems: Sequence[Export]) -> Case:
    """Make the case of this number; `theorems` are those of `proofs`."""
    rng = Random(f"{seed}:{number}")
    [kind] = rng.choices(list(SHARES), list(SHARES.values()))
    made = rng.choice(theorems) if kind == "proofs" else export(GENERATORS[kind](rng))
    mutated = rng.random() < MUTANT_SHARE
    return Case(kind, mutated, mutant(rng, made) if mutated else made)


async def run_block(
    kernels: Kernels, theorems: Sequence[Export], seed: int, first: int, size: int = BLOCK
) -> list[dict[str, Any]]:
    """Ask about the cases `first`, `first` + 1 and so on.

    Returns:
        Rows for the file: disagreements, then the outcomes.
    """
    began = time.monotonic()
    counts: Counter[str] = Counter()
    rows: list[dict[str, Any]] = []
    for start in range(first, first + size, BATCH):
        cases = [case(seed, number, theorems) for number in range(start, start + BATCH)]
        answers = await kernels.ask([one.export for one in cases])
        for number, (one, both) in enumerate(zip(cases, answers, strict=True), start):
            why = await explain(kernels, one.export, both) if both.differ else ""
            counts[_label(one, both, why)] += 1
            if why:
                rows.append({"number": number, "kind": one.kind, "why": why, **asdict(both)})
    took = round(time.monotonic() - began, 1)
    return [*rows, {"seconds": took, "outcomes": counts}]


def _label(one: Case, both: Answers, why: str) -> str:
    how = "mutated" if one.mutated else "as made"
    return f"{one.kind}, {how}: Lean {both.lean}, second {both.second}" + (why and f" ({why})")


async def run(options: argparse.Namespace) -> Counter[str]:
    """Run the blocks that are not done.

    Args:
        options: As `blocks.parser` reads them.

    Returns:
        How often each pair of answers was seen.
    """
    async with open_kernels(partial(embedded_launch, default_cache_dir())) as kernels:
        theorems = await kernels.elaborated()
        return await run_blocks(
            lambda first: run_block(kernels, theorems, options.seed, first), BLOCK, options
        )


async def show(seed: int, number: int) -> None:
    """Print a case, and what both kernels say to it."""
    async with open_kernels(partial(embedded_launch, default_cache_dir())) as kernels:
        one = case(seed, number, await kernels.elaborated())
        print(ndjson(one.export))
        [answers] = await kernels.ask([one.export])
        print(answers)
        if answers.differ:
            print(await explain(kernels, one.export, answers))


def main() -> None:
    """Read the options, run the blocks that are not done, and print all counts."""
    arguments = parser("Compare two kernels on random environments.", 200_000)
    arguments.add_argument("--show", type=int, metavar="NUMBER", help="print one case")
    options = arguments.parse_args()
    if options.show is not None:
        asyncio.run(show(options.seed, options.show))
        return
    total = asyncio.run(run(options))
    report(total, "")
    unexplained = sum(count for outcome, count in total.items() if UNEXPLAINED in outcome)
    sys.exit(f"{unexplained} disagreements are unexplained" if unexplained else 0)


if __name__ == "__main__":
    main()
