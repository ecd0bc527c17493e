"""What lean-dojo's entries, theorems and places in files, come to without lean-dojo's cache."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from lean_env.errors import BadInput
from lean_env.pool import LeanPool
from lean_env.traced import read_trace, trace_of
from lean_env.types import Theorem

if TYPE_CHECKING:
    import lean_dojo

Place: TypeAlias = "tuple[lean_dojo.LeanGitRepo | str, Path | str, int]"
"""A line of a file: what stands above it is meant."""

_DECLARED = re.compile(r"\b(?:theorem|lemma)\s+([^\s:({\[⦃]+)")


async def posed(entry: Theorem | lean_dojo.Theorem, pool: LeanPool) -> Theorem:
    """Raises `BadInput` for what cannot be posed."""
    if isinstance(entry, Theorem):
        return entry
    root = _root_of(entry.repo)
    file, trace = root / entry.file_path, trace_of(root, entry.file_path)
    if await asyncio.to_thread(trace.is_file):
        return await asyncio.to_thread(_traced, root, trace, entry.full_name)
    if await asyncio.to_thread(file.is_file):
        return await _of_file(file, entry.full_name, pool)
    name, parts = entry.full_name, entry.file_path.parts
    library = next((part for part in parts if part in ("Lean", "Std")), "")
    return Theorem(
        statement=f"attribute [-simp] {name} in\ntheorem {name}.again : type_of% @{name}",
        header=f"import {library}\n" if library else "",
        name=name,
        before=name,
    )


async def above(place: Place) -> tuple[Path, str]:
    """The file, and its text above the line.  Raises `BadInput` when it cannot be read."""
    repo, path, line = place
    file = _root_of(repo) / path
    lines = (await asyncio.to_thread(_read, file)).split("\n")
    return file, "".join(f"{text}\n" for text in lines[: line - 1])


def _root_of(repo: lean_dojo.LeanGitRepo | str) -> Path:
    url: object = getattr(repo, "url", repo)
    return Path(str(url))


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            f"cannot be read: {error}",
            where=str(file),
            remedy="The repository is to be a folder: clone it, and name it by its path.",
        ) from error


def _traced(root: Path, trace: Path, name: str) -> Theorem:
    for found in read_trace(root, trace).theorems:
        if found.name == name:
            return found.theorem
    raise BadInput(f"no theorem `{name}`", where=str(trace))


async def _of_file(file: Path, name: str, pool: LeanPool) -> Theorem:
    text = await asyncio.to_thread(_read, file)
    for record in await pool.scan(text):
        declared = _DECLARED.search(record.text)
        if declared and f".{name}".endswith(f".{declared[1]}"):
            return Theorem(statement=record.text, header=text[: record.start], name=name)
    raise BadInput(
        f"no theorem `{name}` with a `sorry` for its proof",
        where=str(file),
        remedy="Replace the proof by `sorry`: where a proof begins, nobody traced.",
    )
