"""Run `qstar prove` on a split of a statement file and sum up.

    python -m benchmarks.suite FILE.jsonl --split valid --out RESULTS.jsonl [options of qstar prove]

Without `--split` all rows are taken.  The JSON lines are in RESULTS.jsonl afterwards.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("file", type=Path)
    parser.add_argument("--split", help="only rows whose field `split` is this")
    parser.add_argument("--out", type=Path, required=True, help="where the JSON lines go")
    options, of_prove = parser.parse_known_args()
    rows = [json.loads(line) for line in options.file.read_text(encoding="utf-8").splitlines()]
    wanted = [row for row in rows if options.split in (None, row.get("split"))]
    with tempfile.TemporaryDirectory() as folder:
        chosen = Path(folder) / options.file.name
        chosen.write_text("".join(json.dumps(row) + "\n" for row in wanted))
        arguments = ["prove", str(chosen), "--out", str(options.out), *of_prove]
        code = "from prover.cli import main; main()"
        ended = subprocess.run([sys.executable, "-c", code, *arguments], check=False)
    results = [json.loads(line) for line in options.out.read_text(encoding="utf-8").splitlines()]
    print(summary(results, len(wanted)))
    sys.exit(ended.returncode)


def summary(results: Sequence[dict[str, Any]], asked: int) -> str:
    """How many of the `asked` theorems were proved, how the others ended, and what it took."""
    proved = [r for r in results if r["status"] == "proved"]
    ends = Counter(f"{r['status']} ({r['stop']})" for r in results if r["status"] != "proved")
    lines = [f"{len(proved)} of {asked} proved"]
    lines += [f"  {count} {end}" for end, count in ends.most_common()]
    if len(results) < asked:
        lines.append(f"  {asked - len(results)} not tried")
    for what, part in (("proved", proved), ("all", results)):
        if part:
            calls = [r["stats"]["lean_calls"] for r in part]
            seconds = [r["stats"]["seconds"] for r in part]
            lines.append(
                f"{what}: median {median(calls):.0f} tactics run, {median(seconds):.1f} s; "
                f"together {sum(calls)} tactics run, {sum(seconds):.0f} s"
            )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
