"""Kill a collection at random moments, resume it each time, and check what is stored.

python -m benchmarks.studies.kills [--kills N] [--seed N]
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from prover.datasets.store import read_searches
from prover.runs.ledger import LEDGER_FILE, read_rows

WORKERS = 2
TIMEOUT = 300.0
STATEMENTS = tuple(
    statement.format(n)
    for n in range(1, 13)
    for statement in (
        "theorem add_{0} (a b : Nat) : a + b + {0} = b + {0} + a",
        "theorem below_{0} (n : Nat) : n < n + {0}",
        "theorem length_{0} (xs : List Nat) : (xs ++ xs).length + {0} = 2 * xs.length + {0}",
        "theorem false_{0} (n : Nat) : n * n = n + {0}",
    )
)
"""Most are proved within a second, the last kind never."""


@dataclass(frozen=True, slots=True)
class SurvivalReport:
    """What is stored after a collection was killed and resumed.

    Attributes:
        kills: How often it was killed.
        stored: How often each theorem is stored in the end; should be once.
        lost: How many searches were stored before a kill and not after it; should be 0.
    """

    kills: int
    stored: Counter[str]
    lost: int


def kill_and_resume(
    folder: Path, statements: tuple[str, ...], kills: int, seed: int
) -> SurvivalReport:
    """Collect in a folder, killed several times on the way, then to the end.

    Args:
        folder: An empty folder.
        statements: The theorems.
        kills: The number of kills.
        seed: Of the moments.

    Returns:
        What is stored.

    Raises:
        RuntimeError: The last collection failed.
    """
    rng, lost, done = random.Random(seed), 0, 0
    suite = folder / "suite.jsonl"
    suite.write_text("".join(json.dumps({"formal_statement": s}) + "\n" for s in statements))
    out = folder / "out"
    while done < kills:
        child = _collector(suite, out)
        if not _killed(child, out, rng):
            break
        done += 1
        known = (
            {str(row["id"]) for row in read_rows(out / LEDGER_FILE)}
            if (out / LEDGER_FILE).exists()
            else set()
        )
        lost += len(known - _ids(out).keys())
    if _collector(suite, out).wait(TIMEOUT) != 0:
        raise RuntimeError("the last collection did not end well")
    return SurvivalReport(done, _ids(out), lost)


def _collector(suite: Path, out: Path) -> subprocess.Popen[bytes]:
    code = "from prover.cli import main; main()"
    budget = ("--max-lean-calls", "24", "--timeout", "60", "--workers", str(WORKERS))
    arguments = ("collect", str(suite), "--out", str(out), "--resume", *budget)
    return subprocess.Popen([sys.executable, "-c", code, *arguments], stdout=subprocess.DEVNULL)


def _killed(child: subprocess.Popen[bytes], out: Path, rng: random.Random) -> bool:
    """Kill the process a moment after it stored something; False if it ended before."""
    size, until = _size(out), time.monotonic() + TIMEOUT
    while _size(out) == size and child.poll() is None and time.monotonic() < until:
        time.sleep(0.001)
    time.sleep(rng.choice((0.0, rng.random() * 0.01, rng.random())))
    child.kill()
    return child.wait() < 0


def _size(out: Path) -> int:
    """Bytes of the journal, which is written first."""
    journal = out / "journal.jsonl"
    return journal.stat().st_size if journal.exists() else 0


def _ids(out: Path) -> Counter[str]:
    """How often each theorem is stored."""
    began = (out / "manifest.json").exists()
    return Counter(search.id for search in read_searches(out)) if began else Counter()


def main() -> None:
    """Read the options, run the study, print the counts; exit with 1 on a loss or a repeat."""
    parser = argparse.ArgumentParser(description="Kill a collection at random moments.")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = kill_and_resume(Path(folder), STATEMENTS, options.kills, options.seed)
    twice = sum(count > 1 for count in found.stored.values())
    print(
        f"{found.kills} kills, {found.lost} stored searches lost; {len(found.stored)} of "
        f"{len(STATEMENTS)} theorems stored in the end, {twice} of them twice"
    )
    sys.exit(bool(found.lost or twice or len(found.stored) < len(STATEMENTS)))


if __name__ == "__main__":
    main()
