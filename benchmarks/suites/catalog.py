"""Find a suite by its name, or by a file or folder of statements."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.suites import arithmetic, lean_dojo, library, minif2f
from benchmarks.suites.files import read_folder, read_jsonl, read_lean
from benchmarks.suites.minif2f import download
from benchmarks.suites.minif2f_core import core
from benchmarks.suites.types import Suite, require_split
from lean_env.compat.traced_repository import traced_root
from lean_env.errors import BadInput
from lean_env.toolchain.cache import default_cache_dir
from lean_env.wire.client import LaunchFactory
from prover.problems.read import read_text
from prover.runs.partition import SPLITS

NAMES = ("minif2f", "minif2f-core")
"""Suites from a file; `NAME:PATH` takes the one that is there already."""


async def find_suite(source: str, launch: LaunchFactory, split: str | None = None) -> Suite:
    """Read the statements that a name or path on the command line stands for.

    Args:
        source: `library`, `arithmetic`, a name of `NAMES` (optionally `NAME:FILE`), a .jsonl or
            .lean file, a .json file or folder in LeanDojo Benchmark's form, a repository that
            lean-dojo traced, or a folder of .lean files.
        launch: Starts Lean, for the sources that only Lean can read.
        split: The split that is wanted; checked before a suite is read that takes minutes.

    Returns:
        The suite, all splits of it.

    Raises:
        BadInput: The source is none of these or has invalid rows, or there is no such split.
        BrokenEnvironment: A download failed.
    """
    if not source.strip():  # as of a shell's variable that is not set: not the folder here
        raise BadInput("no suite is named", remedy="give `.` for the files of this folder")
    if source == library.NAME:
        require_split(split, source, SPLITS)
        return await library.load(launch)
    if source == arithmetic.NAME:
        return arithmetic.load()
    name, _, place = source.partition(":")
    if name not in NAMES:
        return await _read(Path(source), launch)
    file = Path(place) if place else download(minif2f.DEEPSEEK, default_cache_dir())
    suite = await _read(file, launch)
    return core(suite) if name == "minif2f-core" and suite.name != name else suite


async def _read(path: Path, launch: LaunchFactory) -> Suite:
    if path.suffix == ".lean":
        return await read_lean(path, launch)
    if lean_dojo.files_of(path):
        return await lean_dojo.load_benchmark(path, launch)
    return _read_without_lean(path)


def _read_without_lean(path: Path) -> Suite:
    if root := traced_root(path):
        return lean_dojo.load_traced(root)
    if path.is_dir():
        return read_folder(path)
    if path.suffix == ".jsonl":
        return read_statements(path)
    raise BadInput(
        "neither .jsonl, .json nor .lean" if path.exists() else "no such suite and no such file",
        where=str(path),
        remedy=f"name one of {', '.join((library.NAME, arithmetic.NAME, *NAMES))}, a .jsonl or "
        ".lean file, a folder of .lean files, or a traced repository",
    )


def read_statements(path: Path) -> Suite:
    """Read a .jsonl file of statements, in whichever of the known formats it is."""
    fields = _first_fields(path)
    for form in minif2f.FORMATS:
        if form.fields <= fields:
            return minif2f.read_file(path, form) or read_jsonl(path)
    return read_jsonl(path)


def _first_fields(path: Path) -> frozenset[str]:
    """The fields of the first row; none for an invalid row, which the reader reports."""
    try:
        return frozenset(json.loads(read_text(path).split("\n", 1)[0]))
    except (ValueError, TypeError):
        return frozenset()
