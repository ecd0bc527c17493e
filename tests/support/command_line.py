"""`qstar` as a process, and statements to give it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lean_env.toolchain.advisories import advisory_numbers
from lean_env.toolchain.install import LEAN_VERSION

QSTAR = (sys.executable, "-c", "from prover.cli import main; main()")
PATIENCE = 120
EASY = "theorem easy (a b : Nat) : a + b = b + a"
WRONG = "theorem wrong : 1 = 2"
HARD = "theorem hard (f : Nat → Nat) (h : ∀ n, f (n + 1) > f (f n)) : ∀ n, f n = n"

KNOWN_ERRORS = (
    f"Lean {LEAN_VERSION}'s kernel has {len(advisory_numbers(LEAN_VERSION))} known errors "
    "(`qstar doctor`)"
)
"""What `qstar verify` says last of embedded Lean."""


def qstar(*arguments: str | Path, **environ: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*QSTAR, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env=os.environ | environ,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done


def rows(text: str) -> dict[str, Any]:
    """JSON lines by name; fails if there is anything else."""
    found = [json.loads(line) for line in text.splitlines()]
    assert len({row["name"] for row in found}) == len(found)
    return {row["name"]: row for row in found}


def write_rows(file: Path, statements: Sequence[str], **more: str) -> Path:
    file.write_text("".join(json.dumps({"formal_statement": s} | more) + "\n" for s in statements))
    return file
