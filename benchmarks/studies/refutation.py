"""How many false statements are refuted, how fast, and whether a true one ever is.

    python -m benchmarks.studies.refutation [--statements FILE] [--library 50] [--arithmetic 50]
        [--out FILE]

FILE has rows with `formal_statement`, `header` and `truth`; by default these are 100 false
statements, of which 50 are near misses of the 50 true ones that stand beside them.  Of Lean's
library and of the arithmetic suite so many true statements are added.  Prints how many of the false
ones are refuted, with the median and the greatest time from the statement to the verified negation
(for the others: to giving up), the names of those that are not, and the true ones that are, of
which there must be none.  --out gets each as a JSON line.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from benchmarks.suites import arithmetic, library
from benchmarks.suites.types import Entry
from lean_env.gate.verifier import Verifier
from lean_env.pool import LeanPool, PoolConfig
from lean_env.types import Theorem
from lean_env.wire.client import LaunchFactory
from prover.lean_setup import prepare_lean
from prover.problems.read import theorem_from_row
from prover.problems.refutation import refute

STATEMENTS = Path(__file__).with_suffix(".jsonl")


@dataclass(frozen=True, slots=True)
class Case:
    """A statement, and whether it is true."""

    theorem: Theorem
    truth: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What became of a statement.

    Attributes:
        name: Its name.
        truth: Whether it is true.
        refuted: Whether the gate accepted a proof of its negation.
        counterexample: The values, as text.
        proof: That proof.
        seconds: The time for all of this.
    """

    name: str
    truth: bool
    refuted: bool
    counterexample: str
    proof: str
    seconds: float


def read(path: Path) -> list[Case]:
    """The rows of a file."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [Case(theorem_from_row(row), row["truth"]) for row in rows]


async def true_statements(launch: LaunchFactory, of_library: int, of_arithmetic: int) -> list[Case]:
    """Statements of suites that are all true, at even distances."""
    entries = [*_spread((await library.load(launch)).entries, of_library)] if of_library else []
    entries += _spread(arithmetic.load().entries, of_arithmetic)
    return [Case(replace(entry.theorem, before=""), truth=True) for entry in entries]


def _spread(items: Sequence[Entry], number: int) -> Sequence[Entry]:
    return items[:: max(len(items) // number, 1)][:number] if number else ()


async def run(cases: Sequence[Case], launch: LaunchFactory) -> AsyncIterator[Found]:
    """Try to refute all, one after the other."""
    async with LeanPool(launch, PoolConfig(workers=1)) as pool, Verifier(launch) as verifier:
        await verifier.prepare()
        await pool.release([await pool.start(Theorem(statement="theorem warm : True"))])
        for case in cases:
            began = time.monotonic()
            root = await pool.start(case.theorem)
            result = await refute(case.theorem, root, pool, verifier, None)
            seconds = time.monotonic() - began
            await pool.release([root])
            values = ", ".join(f"{n} = {v}" for n, v in result.counterexample) if result else ""
            yield Found(
                case.theorem.name,
                case.truth,
                result is not None,
                values,
                result.proof if result else "",
                round(seconds, 3),
            )


def report(found: Sequence[Found]) -> str:
    """What the module's docstring promises, as text."""
    false = [f for f in found if not f.truth]
    refuted = [f for f in false if f.refuted]
    wrong = [f.name for f in found if f.truth and f.refuted]
    times = sorted(f.seconds for f in refuted)
    true = sorted(f.seconds for f in found if f.truth)
    return (
        f"false: {len(refuted)} of {len(false)} refuted, median {statistics.median(times):.2f} s, "
        f"most {times[-1]:.2f} s\n"
        f"not refuted: {', '.join(f.name for f in false if not f.refuted)}\n"
        f"true: {len(wrong)} of {len(true)} refuted {wrong or ''}, given up after "
        f"{statistics.median(true):.2f} s (median), most {true[-1]:.2f} s"
    )


def main() -> None:
    """Read the options, refute, print the report."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--statements", type=Path, default=STATEMENTS)
    parser.add_argument("--library", type=int, default=50)
    parser.add_argument("--arithmetic", type=int, default=50)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    _, launch = prepare_lean()

    async def collect() -> list[Found]:
        cases = read(options.statements)
        cases += await true_statements(launch, options.library, options.arithmetic)
        return [found async for found in run(cases, launch)]

    found = asyncio.run(collect())
    if options.out:
        lines = [json.dumps(asdict(f), ensure_ascii=False) for f in found]
        options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(report(found))


if __name__ == "__main__":
    main()
