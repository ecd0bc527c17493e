"""Numbered cases in blocks, with a file of what is done: studies that can be interrupted."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

Row: TypeAlias = Mapping[str, Any]

RunBlock: TypeAlias = Callable[[int], Awaitable[Sequence[Row]]]
"""Runs the block whose first case has this number; the last row has the counts as `outcomes`."""


def parser(description: str, cases: int) -> argparse.ArgumentParser:
    """The options of a study.

    Args:
        description: What the study does.
        cases: How many cases there are unless the user says otherwise.
    """
    made = argparse.ArgumentParser(description=description)
    made.add_argument("--cases", type=int, default=cases, help=f"how many (default: {cases:,})")
    made.add_argument("--first", type=int, default=0, help="the first of them (default: 0)")
    made.add_argument("--seed", type=int, default=0)
    made.add_argument("--out", type=Path, help="counts of what is done; go on after them")
    return made


async def run_blocks(run: RunBlock, size: int, options: argparse.Namespace) -> Counter[str]:
    """Run the blocks that the file of the options does not have yet, one after the other.

    Args:
        run: Runs one block.
        size: How many cases a block has.
        options: As `parser` reads them.

    Returns:
        How often each outcome was seen, in the blocks of the file too.
    """
    total: Counter[str] = Counter()
    known = _done(options.out, options.seed)
    for first in range(options.first, options.first + options.cases, size):
        if first not in known:
            *rows, last = await run(first)
            known[first] = Counter(last["outcomes"])
            _append(options.out, [*rows, {"seed": options.seed, "first": first, **last}])
            print(f"{first + size:,} …", file=sys.stderr, flush=True)
        total += known[first]
    return total


def _done(out: Path | None, seed: int) -> dict[int, Counter[str]]:
    """The outcomes of the blocks that a file has, by the number of the first case."""
    if out is None or not out.exists():
        return {}
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    return {row["first"]: Counter(row["outcomes"]) for row in rows if row.get("seed") == seed}


def _append(out: Path | None, rows: Sequence[Row]) -> None:
    if out:
        with out.open("a", encoding="utf-8") as stream:
            stream.writelines(json.dumps(row) + "\n" for row in rows)


def report(total: Counter[str], remark: str) -> None:
    """Print how often each outcome was seen."""
    for outcome, count in sorted(total.items()):
        print(f"{count:>8,}  {outcome}")
    print(f"{total.total():>8,}  cases{remark}")
