"""The Lean program that compares two compiled files, made for the Lean at hand."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path

from lean_env.errors import ToolchainError, UnsupportedLean
from lean_env.toolchain.cache import build_folder
from lean_env.toolchain.native import NativeLean, run_program

PROGRAM = "judge.lean"
COMPILE_SECONDS = 300.0
KEPT = 6
"""For how many versions of Lean the program is kept."""

_FOLDER = Path(__file__).parent
_HEAD = "import Lean\n\nopen Lean\n\nnamespace Judge\n"


def judge_program(lean: NativeLean, cache: Path) -> Path:
    """Make the program for a Lean, unless it is in the cache.

    Args:
        lean: The Lean that is to run it.
        cache: The cache folder.

    Returns:
        The source of the program.

    Raises:
        UnsupportedLean: This version of Lean does not compile it.
        CacheError: The cache cannot be written.
    """
    body = (_FOLDER / "Judge.lean").read_text("utf-8")
    variants = _variants()
    key = hashlib.sha256(f"{lean.about}\n{body}\n{variants}".encode()).hexdigest()
    folder = cache.expanduser().resolve() / "judge" / key[:24]

    def make(new: Path) -> Mapping[str, object]:
        file, newest = new / PROGRAM, "\n".join(texts[0] for texts in variants)
        if _error(lean, file, f"{_HEAD}\n{newest}\n{body}"):
            text = _HEAD
            for alternatives in [*variants, [body]]:
                text = _first_that_compiles(lean, file, text, alternatives)
        return {"lean": lean.about}

    build_folder(folder, make, keep=KEPT)
    return folder / PROGRAM


def _variants() -> list[list[str]]:
    """The alternatives for each difference between versions of Lean, the newest first."""
    files = sorted((_FOLDER / "variants").glob("*.lean"))
    named = groupby(files, key=lambda file: file.stem.rpartition("-")[0])
    texts = {name: [file.read_text("utf-8") for file in group] for name, group in named}
    return [texts[name] for name in ("axioms", "kernel", "add", "read")]


def _first_that_compiles(lean: NativeLean, file: Path, before: str, alternatives: list[str]) -> str:
    """Append the first alternative that Lean compiles after what comes before it."""
    error = ""
    for alternative in alternatives:
        text = f"{before}\n{alternative}"
        error = _error(lean, file, text)
        if not error:
            return text
    raise UnsupportedLean(f"Lean {lean.version} does not compile the checker: {error}")


def _error(lean: NativeLean, file: Path, text: str) -> str:
    """Write a program; the first error that Lean finds in it, empty if there is none."""
    file.write_text(text, encoding="utf-8")
    try:
        done = run_program((str(lean.program), str(file)), lean.env, COMPILE_SECONDS)
    except subprocess.TimeoutExpired:
        raise ToolchainError(
            f"Lean {lean.version} did not compile the checker in {COMPILE_SECONDS:.0f} s"
        ) from None
    if done.returncode == 0:
        return ""
    said = f"{done.stdout}\n{done.stderr}".strip()
    return next((line for line in said.splitlines() if "error" in line), said[:300]) or "no reason"
