"""All search algorithms on the same theorems, with equal numbers of Lean calls.

    python -m benchmarks.search_table shared/data/minif2f_core.jsonl --split valid --out DIR
        [--calls 50 200 1000] [--search NAME …] [--first N] [OPTIONS OF `qstar prove`]

One run of `qstar prove` for each cell; its JSON lines stay in DIR, and a cell that is there already
is not run again.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from prover.config import SEARCHES


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("file", type=Path)
    parser.add_argument("--split", help="only rows whose field `split` is this")
    parser.add_argument("--first", type=int, help="only so many rows")
    parser.add_argument("--calls", type=int, nargs="+", default=[50, 200, 1000])
    parser.add_argument("--search", nargs="+", default=list(SEARCHES), choices=SEARCHES)
    parser.add_argument("--out", type=Path, required=True, help="folder for the results")
    options, of_prove = parser.parse_known_args()
    rows = [json.loads(line) for line in options.file.read_text(encoding="utf-8").splitlines()]
    wanted = [row for row in rows if options.split in (None, row.get("split"))][: options.first]
    options.out.mkdir(parents=True, exist_ok=True)
    chosen = options.out / "theorems.jsonl"
    chosen.write_text("".join(json.dumps(row) + "\n" for row in wanted), encoding="utf-8")
    cells: dict[str, dict[int, list[dict[str, Any]]]] = {}
    for search in options.search:
        cells[search] = {}
        for calls in options.calls:
            out = options.out / f"{search}-{calls}.jsonl"
            cells[search][calls] = run(chosen, len(wanted), search, calls, out, of_prove)
    print(table(cells, len(wanted)))


def run(
    theorems: Path, count: int, search: str, calls: int, out: Path, of_prove: Sequence[str]
) -> list[dict[str, Any]]:
    """The results of a cell: those that are there, if they are complete."""
    found = _lines(out)
    if len(found) < count:
        code = "from prover.cli import main; main()"
        limits = ["--search", search, "--max-lean-calls", str(calls), "--out", str(out)]
        arguments = ["prove", str(theorems), *limits, *of_prove]
        print(f"{search}, {calls} Lean calls …", file=sys.stderr)
        command = [sys.executable, "-c", code, *arguments]
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
        found = _lines(out)
    return found


def _lines(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def table(cells: dict[str, dict[int, list[dict[str, Any]]]], asked: int) -> str:
    """Proved, and the Lean calls of all theorems together, as Markdown."""
    budgets = list(next(iter(cells.values())))
    lines = [
        "| search | " + " | ".join(f"{calls} Lean calls each" for calls in budgets) + " |",
        "|---" * (len(budgets) + 1) + "|",
    ]
    for search, by_calls in cells.items():
        row = [_cell(by_calls[calls], asked) for calls in budgets]
        lines.append(f"| `{search}` | " + " | ".join(row) + " |")
    return "\n".join(lines)


def _cell(results: Sequence[dict[str, Any]], asked: int) -> str:
    proved = sum(result["status"] == "proved" for result in results)
    used = sum(result["stats"]["lean_calls"] for result in results)
    missing = f", {asked - len(results)} missing" if len(results) < asked else ""
    return f"{proved} of {asked} ({used} calls{missing})"


if __name__ == "__main__":
    main()
