"""miniF2F in its published forms.

There is no single miniF2F in Lean 4: statements were corrected in some copies and not in others,
and some are still false.  So a file is identified by its fields and its hash, and reported as the
variant that it is.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.suites.types import Entry, Suite, digest
from lean_env.errors import BadInput, BrokenEnvironment
from lean_env.toolchain.cache import cache_errors
from lean_env.types import Theorem
from prover.problems.read import read_rows, string_field, theorem_from_row
from prover.problems.source import last_theorem, needs

_MANUAL_DOWNLOAD = (
    "Get it from its authors yourself, and write SUITE:FILE, such as minif2f-core:FILE."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A file to be downloaded.

    Attributes:
        name: The file's name in the cache.
        url: Where it is.
        sha256: The hash that its content must have.
    """

    name: str
    url: str
    sha256: str


def download(source: Download, cache: Path) -> Path:
    """Download a file, unless it is in the cache.

    Args:
        source: The file.
        cache: The cache folder.

    Returns:
        The path of the file in the cache.

    Raises:
        BrokenEnvironment: The download failed, or the file has another hash.
    """
    path = cache / "suites" / f"{source.sha256[:16]}-{source.name}"
    if path.exists():
        return path
    content = _download(source)
    if hashlib.sha256(content).hexdigest() != source.sha256:
        raise BrokenEnvironment(
            f"{source.url}: not the file that it should be (another SHA-256)",
            remedy=_MANUAL_DOWNLOAD,
        )
    with cache_errors(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}")
        unfinished.write_bytes(content)
        unfinished.replace(path)
    return path


def _download(source: Download) -> bytes:
    import httpx

    try:
        answer = httpx.get(source.url, follow_redirects=True, timeout=60)
        return answer.raise_for_status().content
    except httpx.HTTPError as error:
        raise BrokenEnvironment(
            f"{source.url}: cannot be downloaded ({error or type(error).__name__})",
            remedy=_MANUAL_DOWNLOAD,
        ) from error


SPLIT_SIZE = 244
"""Statements in each of `valid` and `test`."""

DEEPSEEK = Download(
    name="minif2f.jsonl",
    url="https://raw.githubusercontent.com/deepseek-ai/DeepSeek-Prover-V1.5/"
    "2c4ba9119eef74d0d611f494261b2c5bae98c69a/datasets/minif2f.jsonl",
    sha256="d6654c88476ff14db19d57dea25bd955a240525fb52171e460f89d98f83d7dd5",
)

VARIANTS = {
    DEEPSEEK.sha256: "DeepSeek-Prover-V1.5 (commit 2c4ba91, written for Lean 4.9)",
    "47ca505cd60a503a77165e84bbf34c662f9a8c650d09fc33fb4c000179eee8f3": "Goedel-Prover-V2",
    "4bf13c8d9fcfac8d30050f35dc2cc230f4f3c01189b369e19252d26c2c339d26": (
        "core translation of DeepSeek-Prover-V1.5 (commit 2c4ba91)"
    ),
}
"""By the SHA-256 of the file."""

DOUBTFUL = frozenset({
    "aime_1994_p3",
    "algebra_cubrtrp1oncubrtreq3_rcubp1onrcubeq5778",
    "amc12a_2020_p7",
    "amc12a_2021_p9",
    "imo_1982_p1",
    "induction_sum_odd",
    "mathd_algebra_247",
    "mathd_algebra_275",
    "mathd_algebra_314",
    "mathd_algebra_342",
    "mathd_numbertheory_343",
    "mathd_numbertheory_35",
    "mathd_numbertheory_618",
})  # fmt: skip
"""Stated wrongly in at least one variant: false, or true for the wrong reason."""

_GROUPS = (
    ("mathd_algebra", "MATH, algebra"),
    ("mathd_numbertheory", "MATH, number theory"),
    ("amc", "AMC"),
    ("aime", "AIME"),
    ("imo", "IMO"),
    ("induction", "induction"),
    ("algebra", "other algebra"),
    ("numbertheory", "other number theory"),
)
"""What names begin with, and the source that it stands for."""


def group_of(name: str) -> str:
    """Name the source of a problem of miniF2F; empty when the name is none of miniF2F's."""
    return next((group for prefix, group in _GROUPS if name.startswith(prefix)), "")


def entry_of(theorem: Theorem, split: str) -> Entry:
    """Make an entry of a theorem, with its source as group and a note if it is doubtful."""
    return Entry(
        id=theorem.name,
        theorem=theorem,
        split=split,
        group=group_of(theorem.name),
        needs=needs(theorem.header),
        note="doubtful in some variants" if theorem.name in DOUBTFUL else "",
    )


# The three forms of JSON lines


def _with_header(row: Mapping[str, Any]) -> Entry:
    string_field(row, "header", "")
    return entry_of(theorem_from_row(row), string_field(row, "split"))


def _header_inside(row: Mapping[str, Any]) -> Entry:
    """Read a row whose `formal_statement` is a whole file."""
    theorem_from_row(row)  # says what is wrong with it
    parts = last_theorem(string_field(row, "formal_statement"))
    if parts is None:
        raise ValueError("`formal_statement` declares no theorem at the start of a line")
    header, statement = parts
    theorem = Theorem(name=string_field(row, "name"), header=header, statement=statement)
    return entry_of(theorem, string_field(row, "split"))


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFormat:
    """A format of rows, recognised by the fields of the first row."""

    name: str
    fields: frozenset[str]
    entry: Callable[[Mapping[str, Any]], Entry]


CORE_FORMAT = RowFormat(
    name="miniF2F's core translation",
    fields=frozenset({"name", "split", "formal_statement", "header", "needs_defs"}),
    entry=_with_header,
)
GOEDEL_FORMAT = RowFormat(
    name="Goedel-Prover-V2",
    fields=frozenset({"name", "split", "formal_statement", "lean4_code", "problem_id"}),
    entry=_header_inside,
)
DEEPSEEK_FORMAT = RowFormat(
    name="DeepSeek-Prover",
    fields=frozenset({"name", "split", "formal_statement", "header", "goal"}),
    entry=_with_header,
)
FORMATS = (CORE_FORMAT, GOEDEL_FORMAT, DEEPSEEK_FORMAT)


def read_file(path: Path, form: RowFormat) -> Suite | None:
    """Read a file of miniF2F's statements.

    Args:
        path: The file.
        form: The format of its rows.

    Returns:
        The suite; None when some statements are not miniF2F's.

    Raises:
        BadInput: A row is invalid (the message names line and field), or two have the same name.
    """
    entries = read_rows(path, form.entry)
    if not all(entry.group for entry in entries):
        return None
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    variant = VARIANTS.get(found, f"unknown, {path.name} in the form of {form.name}")
    name = "minif2f-core" if form is CORE_FORMAT else "minif2f"
    twice = [name for name, n in Counter(entry.id for entry in entries).items() if n > 1]
    if twice:
        raise BadInput(f"two statements are called `{twice[0]}`", where=str(path))
    return suite_of(name, variant, entries)


def suite_of(name: str, variant: str, entries: Sequence[Entry]) -> Suite:
    """Make a suite of miniF2F's statements, which may be a part of its splits."""
    return Suite(
        name=name,
        variant=f"miniF2F, variant {variant}",
        digest=digest(entries),
        entries=tuple(entries),
        full={"valid": SPLIT_SIZE, "test": SPLIT_SIZE},
    )
