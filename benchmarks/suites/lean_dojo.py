"""LeanDojo's data as suites: the rows of LeanDojo Benchmark, and traced repositories.

Rows of the benchmark (and of `qstar export --format leandojo`) have names, files and tactics, but
no statements.  So only theorems that Lean knows by name can be run: those of Lean's own library,
stated as in the suite `library`.  A traced repository has the statements: each theorem is stated in
the context of its own file.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.suites import library
from benchmarks.suites.files import with_unique_ids
from benchmarks.suites.types import Entry, Suite, digest
from lean_env.compat import traced_repository as traced
from lean_env.errors import BadInput
from prover.problems.read import read_text
from prover.problems.source import needs
from prover.runs.partition import hash_fraction, split_of

if TYPE_CHECKING:
    from lean_env.wire.client import LaunchFactory

SPLITS = {"train": "train", "val": "valid", "valid": "valid", "test": "test"}
"""What a file is called, and the split that it is."""

UNKNOWN = "not a theorem of Lean's own library"


def files_of(path: Path) -> list[Path]:
    """List the data files of a path.

    Args:
        path: A .json file, or a folder like the benchmark's `random` or `novel_premises`.

    Returns:
        The file, or those files of the folder that are named after a split; none for other paths.
    """
    if path.suffix == ".json":
        return [path]
    return [file for name in SPLITS if (file := path / f"{name}.json").is_file()]


async def load_benchmark(path: Path, launch: LaunchFactory) -> Suite:
    """Read theorems of LeanDojo Benchmark that are in Lean's own library.

    Args:
        path: A .json file, or a folder of them.
        launch: Starts Lean, which knows the library's statements.

    Returns:
        The suite, with the benchmark's splits.

    Raises:
        BadInput: The files have another format, or Lean knows none of the theorems.
    """
    named = splits_in(path)
    return of_library(path, named, await library.load(launch))


def of_library(path: Path, named: Mapping[str, str], known: Suite) -> Suite:
    """Select the theorems that Lean's library has.

    Args:
        path: Where the names come from.
        named: The split of each theorem, by its name.
        known: The library.

    Returns:
        The suite; unknown names are counted in `left_out`.

    Raises:
        BadInput: The library has none of the theorems.
    """
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
    """Read the split of each theorem in a data file or folder."""
    files = files_of(path)
    return {name: SPLITS.get(file.stem, "") for file in files for name in _names_in(file)}


def _names_in(file: Path) -> list[str]:
    """The names of the theorems in a file; raises `BadInput` for another format."""
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


WITHIN = "within other commands"


def load_traced(root: Path) -> Suite:
    """Read the theorems of a repository that lean-dojo traced, grouped by file.

    Args:
        root: The traced repository.

    Returns:
        The suite, in a pseudo-random order: any prefix is a fair sample.

    Raises:
        BadInput: The trace is damaged, or there are no theorems.
    """
    found: list[Entry] = []
    files = within = 0
    for file in traced.read_repository(
        root
    ):  # the steps of all proofs together are too much to keep
        found += [_entry(theorem, file.path) for theorem in file.theorems]
        files += 1
        within += file.nested_theorems
    if not found:
        raise BadInput("traced, and there are no theorems", where=str(root))
    entries = sorted(
        with_unique_ids(found), key=lambda entry: hash_fraction(f"order of {entry.id}")
    )
    return Suite(
        name=root.resolve().name,
        variant=f"theorems of {files} files that lean-dojo traced",
        digest=digest(entries),
        entries=tuple(entries),
        left_out={WITHIN: within} if within else {},
    )


def _entry(found: traced.TracedTheorem, path: Path) -> Entry:
    return Entry(
        id=found.name,
        theorem=found.theorem,
        split=split_of(found.name),
        group=path.as_posix(),
        needs=needs(found.theorem.header),
    )
