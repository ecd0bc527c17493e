"""Statements from files of any origin: JSON lines, Lean files, folders of Lean files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.suites.minif2f import entry_of, suite_of
from benchmarks.suites.types import Entry, Suite, digest
from lean_env.errors import BadInput, InvalidHeader
from lean_env.types import Theorem
from lean_env.wire.client import LaunchFactory
from prover.datasets.formats.lean_dojo_benchmark import unique_id
from prover.problems.lean_file import LeanFile
from prover.problems.read import read_rows, read_text, string_field, theorem_from_row
from prover.problems.source import last_theorem, needs


def read_jsonl(path: Path) -> Suite:
    """Read a suite from JSON lines, one statement a line.

    Args:
        path: A file whose rows have `formal_statement`, and optionally `name`, `header`, `split`
            and `group`.

    Returns:
        The suite.

    Raises:
        BadInput: A row is invalid; the message names line and field.
    """
    return _suite(path, read_rows(path, _entry))


def _entry(row: Mapping[str, Any]) -> Entry:
    theorem = theorem_from_row(row)
    return Entry(
        id=theorem.name,
        theorem=theorem,
        split=string_field(row, "split", ""),
        group=string_field(row, "group", ""),
        needs=needs(theorem.header),
        strict_names=True,
    )


def read_folder(path: Path) -> Suite:
    """Read a folder of Lean files with one theorem each, as in yangky11/miniF2F-lean4.

    Args:
        path: The folder; the subfolder of a file (`Valid`, `Test`) names its split.

    Returns:
        The suite.

    Raises:
        BadInput: No file states a theorem with a `sorry`.
    """
    entries: list[Entry] = []
    others = 0
    for file in sorted(path.rglob("*.lean")):
        parts = last_theorem(read_text(file))
        if parts is None or "sorry" not in parts[1]:
            others += 1
            continue
        theorem = Theorem(name=file.stem, header=parts[0], statement=parts[1].rstrip())
        split = file.parent.name.lower() if file.parent != path else ""
        entries.append(entry_of(theorem, split))
    if not entries:
        raise BadInput(
            "no .lean file here states a theorem with a `sorry`",
            where=str(path),
            remedy="The theorems of a whole repository are a suite once it is traced: "
            "`qstar data trace`.",
        )
    left_out = {"files without a theorem to prove": others} if others else {}
    if all(entry.group for entry in entries):
        variant = f"one file a theorem, as in yangky11/miniF2F-lean4 ({digest(entries)})"
        suite = suite_of("minif2f", variant, entries)
    else:
        suite = _suite(path, entries)
    return replace(suite, left_out=left_out)


async def read_lean(path: Path, launch: LaunchFactory) -> Suite:
    """Read every declaration of a Lean file that has a `sorry`, as Lean reports them.

    Args:
        path: The file.
        launch: Starts Lean.

    Returns:
        The suite.

    Raises:
        BadInput: Lean reports errors, or there is no `sorry`.
    """
    from lean_env.pool import LeanPool, PoolConfig

    file = LeanFile(path, read_text(path))
    try:
        async with LeanPool(launch, PoolConfig(workers=1)) as lean:
            records = (await lean.scan(file.text)).sorries
    except InvalidHeader as error:
        error.where = str(path)
        raise
    if not records:
        raise BadInput("nothing to prove, no declaration has a `sorry`", where=str(path))
    theorems = [file.theorem(record) for record in records]
    return _suite(path, [Entry(id=t.name, theorem=t, needs=needs(t.header)) for t in theorems])


def _suite(path: Path, entries: Sequence[Entry]) -> Suite:
    entries = with_unique_ids(entries)
    return Suite(name=path.stem, variant=path.name, digest=digest(entries), entries=tuple(entries))


def with_unique_ids(entries: Sequence[Entry]) -> list[Entry]:
    """Number repeated ids: the second `t` becomes `t (2)`."""
    seen = Counter[str]()
    return [replace(entry, id=unique_id(entry.id, seen)) for entry in entries]
