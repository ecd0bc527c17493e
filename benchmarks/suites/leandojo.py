"""LeanDojo Benchmark's theorems, and what `qstar export --format leandojo` writes.

Its rows have names, files and tactics, and no statements.  So a theorem can be posed where Lean
knows it by name: those of Lean's own library, as the suite `library` poses them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.suites import library
from benchmarks.suites.types import Suite, digest
from lean_env.errors import BadInput
from prover.problems.read import read_text

if TYPE_CHECKING:
    from lean_env.wire.client import LaunchFactory

SPLITS = {"train": "train", "val": "valid", "valid": "valid", "test": "test"}
"""What a file is called, and the split that it is."""

UNKNOWN = "not a theorem of Lean's own library"


def files_of(path: Path) -> list[Path]:
    """The file, or those of a folder like the benchmark's `random` or `novel_premises`."""
    if path.suffix == ".json":
        return [path]
    return [file for name in SPLITS if (file := path / f"{name}.json").is_file()]


async def load(path: Path, launch: LaunchFactory) -> Suite:
    """Raises `BadInput` for other files, and when Lean knows none of the theorems."""
    named = splits_in(path)
    return of_library(path, named, await library.load(launch))


def of_library(path: Path, named: Mapping[str, str], known: Suite) -> Suite:
    """Of theorems with their splits, those that the library has."""
    entries = [replace(e, split=named[e.id]) for e in known.entries if e.id in named]
    left_out = Counter({UNKNOWN: len(named) - len(entries)})
    if not entries:
        raise BadInput(
            f"its {len(named)} theorems are {UNKNOWN}, and a row has no statement",
            where=str(path),
            remedy="Write the statements as rows with `name`, `header` and `formal_statement`.",
        )
    return Suite(
        name="leandojo",
        variant=f"{path.name} in LeanDojo Benchmark's form, of it the {known.variant}",
        digest=digest(entries),
        entries=tuple(entries),
        left_out=dict(+left_out),
    )


def splits_in(path: Path) -> dict[str, str]:
    """The theorems of a file or folder, each with its split."""
    files = files_of(path)
    return {name: SPLITS.get(file.stem, "") for file in files for name in _names_in(file)}


def _names_in(file: Path) -> list[str]:
    """Raises `BadInput` that says what is wrong with a file."""
    try:
        rows: Any = json.loads(read_text(file))
    except json.JSONDecodeError as error:
        raise BadInput(f"not JSON: {error.msg}", where=str(file), line=error.lineno) from None
    if not isinstance(rows, list) or not all(
        isinstance(row, dict) and isinstance(row.get("full_name"), str) for row in rows
    ):
        raise BadInput(
            "not in LeanDojo Benchmark's form: a JSON array of objects with `full_name`",
            where=str(file),
        )
    return [row["full_name"] for row in rows]
