"""Does a run that was killed and resumed many times end like an undisturbed one?

python -m benchmarks.studies.resume [--kills N] [--seed N]
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

STATEMENTS = (
    "theorem add_swap (a b : Nat) : a + b = b + a",
    "theorem both (p q : Prop) (hp : p) (hq : q) : q ∧ p",
    "theorem small (n : Nat) (h : n < 3) : n = 0 ∨ n = 1 ∨ n = 2",
    "theorem lengths (xs ys : List Nat) : (xs ++ ys).length = ys.length + xs.length",
    "theorem false_for_one (n : Nat) : n * n = n",
    "theorem power (n : Nat) : n < 2 ^ n",
)
SETTINGS = ("--max-lean-calls", "12", "--timeout", "600", "--workers", "1")


def main() -> None:
    """Read the options, run the study, and print the number of kills."""
    parser = argparse.ArgumentParser(description="Kill runs of a suite, and let them go on.")
    parser.add_argument("--kills", type=int, default=20, help="how many (default: 20)")
    parser.add_argument("--seed", type=int, default=0, help="of the moments (default: 0)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        runs = check(Path(folder), STATEMENTS, options.kills, Random(options.seed))
    print(f"{options.kills} kills in {runs} runs: each ended like the undisturbed one")


def check(folder: Path, statements: Sequence[str], kills: int, rng: Random) -> int:
    """Kill runs at random moments and resume each until it ends.

    Args:
        folder: An empty folder.
        statements: The theorems.
        kills: The number of kills in all runs together.
        rng: Source of the moments.

    Returns:
        The number of runs that it took.

    Raises:
        AssertionError: A run ended differently from an undisturbed one.
    """
    suite = folder / "suite.jsonl"
    rows = [json.dumps({"formal_statement": statement}) for statement in statements]
    suite.write_text("\n".join(rows) + "\n", encoding="utf-8")
    began = time.monotonic()
    assert not killed(suite, folder / "undisturbed", None)
    takes = time.monotonic() - began
    wanted, runs = results(folder / "undisturbed"), 0
    while kills > 0:
        runs += 1
        run = folder / f"killed-{runs}"
        while kills > 0 and killed(suite, run, rng.uniform(0, takes)):
            kills -= 1
        assert not killed(suite, run, None)
        assert results(run) == wanted, f"{results(run)}\n\nis not\n\n{wanted}"
    return runs


def killed(suite: Path, out: Path, after: float | None) -> bool:
    """Start or resume a run, and kill it after a while.

    Args:
        suite: The statements.
        out: Where the run is stored.
        after: Seconds until it is killed; None for never.

    Returns:
        Whether it was killed; False if it ended first.
    """
    code = "from prover.cli import main; main()"
    command = [sys.executable, "-c", code, "eval", str(suite), "--out", str(out), "--resume"]
    with subprocess.Popen(
        [*command, *SETTINGS],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        try:
            _, complaint = process.communicate(timeout=after)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return True
    assert process.returncode == 0, complaint.decode()
    return False


def results(run: Path) -> list[dict[str, Any]]:
    """All rows of a run, without durations."""
    rows = [json.loads(line) for line in (run / "ledger.jsonl").read_text("utf-8").splitlines()]
    assert len({row["id"] for row in rows}) == len(rows), "something was done twice"
    for row in rows:
        for name in ("seconds", "lean_seconds", "policy_seconds"):
            row.get("stats", {}).pop(name, None)
    return sorted(rows, key=lambda row: str(row["id"]))


if __name__ == "__main__":
    main()
