"""Resolve lean-dojo's entries, theorems and places in files, without lean-dojo's cache."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from lean_env.compat.traced_repository import read_trace, trace_file, traced_root
from lean_env.errors import BadInput, InvalidHeader
from lean_env.pool import LeanPool
from lean_env.types import Theorem
from lean_env.wire.protocol import ScanAnswer, SorryRecord

if TYPE_CHECKING:
    import lean_dojo

SourceLine: TypeAlias = "tuple[lean_dojo.LeanGitRepo | str, Path | str, int]"
"""A line of a file: what stands above it is meant."""

CLONE = "The repository is to be a folder: clone it, and name it by its path."


async def resolve_theorem(entry: Theorem | lean_dojo.Theorem, pool: LeanPool) -> Theorem:
    """Find the theorem that an entry names.

    Args:
        entry: A theorem of ours, which is returned as it is, or one of lean-dojo's.
        pool: Runs Lean where a file has to be scanned.

    Returns:
        The theorem, with the text above it as its header.

    Raises:
        BadInput: There is no such theorem, or it cannot be stated alone.
    """
    if isinstance(entry, Theorem):
        return entry
    root = await asyncio.to_thread(_root, entry.repo, entry.file_path)
    if root is None:
        return _of_library(entry)
    file, trace = root / entry.file_path, trace_file(root, entry.file_path)
    if await asyncio.to_thread(trace.is_file):
        return await asyncio.to_thread(_of_trace, root, trace, entry.full_name)
    if await asyncio.to_thread(file.is_file):
        return await _of_file(file, entry.full_name, pool)
    raise BadInput("no such file in this repository", where=str(file))


async def text_above(place: SourceLine) -> tuple[Path, str]:
    """Read a file down to a line.

    Args:
        place: A repository that is a folder, a file in it, and a line from 1; the line after
        the last
            one is allowed.

    Returns:
        The path of the file, and its text above the line.

    Raises:
        BadInput: The file cannot be read or has no such line.
    """
    repo, path, line = place
    root = await asyncio.to_thread(_root, repo, path)
    if root is None:
        raise BadInput("not a folder", where=_address(repo), remedy=CLONE)
    file = root / path
    lines = (await asyncio.to_thread(_read, file)).removesuffix("\n").split("\n")
    if not 1 <= line <= len(lines) + 1:
        raise BadInput(
            f"it has no line {line}",
            where=str(file),
            remedy=f"Lines count from 1, and {len(lines) + 1} is below all that it has.",
        )
    return file, "".join(f"{text}\n" for text in lines[: line - 1])


def _address(repo: lean_dojo.LeanGitRepo | str) -> str:
    return str(getattr(repo, "url", repo))


def _root(repo: lean_dojo.LeanGitRepo | str, path: Path | str) -> Path | None:
    """Find the folder that `path` is relative to; None for a repository that is somewhere else.

    If lean-dojo traced into a folder, the repository is the folder in that.

    Raises:
        BadInput: The repository does not exist, or the path leads out of it.
    """
    address = _address(repo)
    folder, path = Path(address), Path(path)
    if not folder.is_dir():
        if "://" in address or address.startswith("git@"):
            return None
        raise BadInput("neither a URL nor a folder", where=address, remedy=CLONE)
    if path.is_absolute() or ".." in path.parts:
        raise BadInput(
            "leads out of the repository",
            where=str(path),
            remedy="Name the file as seen from the repository's root, like `Foo/Bar.lean`.",
        )
    return folder if (folder / path).is_file() else traced_root(folder) or folder


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"cannot be read: {error}", where=str(file)) from error


def _of_library(entry: lean_dojo.Theorem) -> Theorem:
    """The theorem of that name in Lean's own library, anew."""
    name, parts = entry.full_name, entry.file_path.parts
    library = next((part for part in parts if part in ("Lean", "Std")), "")
    return Theorem(
        statement=f"attribute [-simp] {name} in\ntheorem {name}.again : type_of% @{name}",
        header=f"import {library}\n" if library else "",
        name=name,
        before=name,
    )


def _of_trace(root: Path, trace: Path, name: str) -> Theorem:
    for found in read_trace(root, trace).theorems:
        if found.name == name:
            return found.theorem
    raise BadInput(f"no theorem `{name}`", where=str(trace))


async def _of_file(file: Path, name: str, pool: LeanPool) -> Theorem:
    text = await asyncio.to_thread(_read, file)
    try:
        scan = await pool.scan(text)
    except InvalidHeader as error:
        error.where = str(file)
        raise
    record = _declaration(scan, name)
    if record is None:
        raise BadInput(
            f"no theorem `{name}` with a `sorry` for its proof",
            where=str(file),
            remedy="Replace the proof by `sorry`: where a proof begins, nobody traced.",
        )
    others = [t.text for t in scan.theorems if t.line in _lines(record) and t.text != name]
    if others:
        raise BadInput(
            f"`{name}` shares its lines with `{others[0]}`",
            where=str(file),
            line=record.line,
            remedy="Give each theorem lines of its own, outside of `mutual`.",
        )
    return Theorem(statement=record.text, header=text[: record.start], name=name)


def _declaration(scan: ScanAnswer, name: str) -> SorryRecord | None:
    """The declaration with a `sorry` on whose lines the theorem is declared."""
    places = [theorem.line for theorem in scan.theorems if theorem.text == name]
    return next((r for r in scan.sorries if any(line in _lines(r) for line in places)), None)


def _lines(record: SorryRecord) -> range:
    return range(record.line, record.line + record.text.count("\n") + 1)
