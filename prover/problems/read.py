"""Read theorems: statements, files of statements, Lean files with `sorry`.

Everything is read and checked before anything starts; errors name their place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from lean_env.errors import BadInput
from lean_env.types import Theorem
from prover.problems.source import (
    COMMENT,
    join_headers,
    normalize_source,
    split_header,
    without_comments,
)

DECLARATION = re.compile(r"\b(theorem|lemma|example)\b\s*((?:«[^»]*»|[^\s:({\[⦃«])*)")
EXAMPLE = "theorem t (a b : Nat) : a + b = b + a"


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class LocatedTheorem:
    """A theorem and the place where it was read.

    Attributes:
        theorem: The theorem.
        place: `file:line`; empty if it was not read from a file.
    """

    theorem: Theorem
    place: str = ""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A Lean file whose `sorry`s are to be proved.

    Attributes:
        path: Where the file is.
        text: Its text, unchanged.
        line: Only what stands in this line is to be proved, from 1; None for all of it.
    """

    path: Path
    text: str
    line: int | None = None


Target: TypeAlias = LocatedTheorem | SourceFile


def read(targets: Iterable[str]) -> list[Target]:
    """Read every theorem and file that `targets` name, in order.

    Raises:
        BadInput: A file is missing or unreadable, a row is invalid, or a text is no declaration.
    """
    found: list[Target] = []
    for target in targets:
        if target.endswith(".jsonl"):
            found += read_jsonl(Path(target))
        elif target.endswith(".lean"):
            path = Path(target)
            found.append(SourceFile(path, read_text(path)))
        else:
            found.append(LocatedTheorem(_statement(target)))
    return found


def declared_name(statement: str) -> str:
    """The name in a declaration: `example` for one without a name, empty for other text."""
    match = DECLARATION.search(COMMENT.sub(" ", statement))
    return (match[2].rstrip(".") or match[1]) if match else ""


def display_name(path: Path, line: int, declared: str) -> str:
    """The name of a theorem of a file: `file:line` if it has no name of its own."""
    return f"{path.name}:{line}" if declared in ("", "example") else declared


STATEMENT_FIELDS = ("formal_statement", "lean4_statement", "lean4_formalization")
"""The field of the statement in most collections, in PutnamBench, and in ProofNet#."""
HEADER_FIELDS = ("header", "lean4_src_header")
INFORMAL_FIELDS = ("informal_prefix", "informal_statement", "nl_statement")
"""The field of the statement in words in miniF2F, in PutnamBench, and in ProofNet."""
_PROGRAM_FIELDS = {
    "lean_code": "VERINA",
    "problem_spec_formal_ground_truth": "CLEVER",
    "implementation_signature": "CLEVER",
}
"""Fields of tasks that require a program as well as a proof, and their collection."""


def read_jsonl(path: Path) -> list[Target]:
    """Read a file of JSON objects with `formal_statement`, and optionally `name` and `header`.

    Other collections' field names are read as well: `STATEMENT_FIELDS`, `HEADER_FIELDS`.
    """
    return parse_jsonl(read_text(path), path)


def parse_jsonl(text: str, path: Path) -> list[Target]:
    """The statements in the text of a JSONL file that was read from `path`."""
    return [
        LocatedTheorem(
            replace(theorem, name=display_name(path, line, theorem.name)), f"{path}:{line}"
        )
        for line, theorem in parse_rows(text, path, theorem_from_row)
    ]


def read_rows(path: Path, parse: Callable[[Mapping[str, Any]], T]) -> list[T]:
    """Parse each JSON object of a file; see `parse_rows`."""
    return [parsed for _, parsed in numbered_rows(path, parse)]


def numbered_rows(path: Path, parse: Callable[[Mapping[str, Any]], T]) -> list[tuple[int, T]]:
    """Parse each JSON object of a file, with line numbers; see `parse_rows`."""
    return parse_rows(read_text(path), path, parse)


def parse_rows(
    text: str, path: Path, parse: Callable[[Mapping[str, Any]], T]
) -> list[tuple[int, T]]:
    """Parse JSON objects: one per line (blank lines are skipped), or all in one array.

    Args:
        text: The text.
        path: The file that it was read from, for messages.
        parse: Converts an object, or raises ValueError with what is wrong with it.

    Returns:
        The line number of each object, or its position in the array, from 1; and what `parse`
        returned.

    Raises:
        BadInput: Names the first invalid row and lists the others.
    """
    text = text.removeprefix("\ufeff")
    parsed: list[tuple[int, T]] = []
    bad: list[tuple[int, str]] = []
    for number, load in _rows(text):
        try:
            parsed.append((number, parse(load())))
        except ValueError as error:
            bad.append((number, str(error)))
    if bad:
        number, message = bad[0]
        if bad[1:]:
            message += f" (also bad: line {', '.join(str(n) for n, _ in bad[1:])})"
        raise BadInput(
            message,
            where=str(path),
            line=number,
            remedy='each line is a JSON object like {"name": "t", "header": "open Nat", '
            '"formal_statement": "theorem t : 1 + 1 = 2"}; nothing was started',
        )
    if not parsed:
        raise BadInput("no statements: the file is empty", where=str(path))
    return parsed


def _rows(text: str) -> Iterator[tuple[int, Callable[[], Mapping[str, Any]]]]:
    """Each row's number, and a function that reads it or raises ValueError."""
    if text.lstrip().startswith("["):
        with suppress(json.JSONDecodeError):
            for number, row in enumerate(json.loads(text), start=1):
                yield number, partial(_object, row)
            return
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, partial(_row, line)


def _row(line: str) -> Mapping[str, Any]:
    try:
        row: Any = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at column {error.colno}") from None
    return _object(row)


def _object(row: Any) -> Mapping[str, Any]:
    if not isinstance(row, dict):
        raise ValueError(f"not a JSON object but {type(row).__name__}")
    return row


def theorem_from_row(row: Mapping[str, Any]) -> Theorem:
    """The theorem of a row.

    What precedes the theorem in its statement is appended to its header.

    Raises:
        ValueError: A field is missing or wrong; the message says which.
    """
    field = next((field for field in STATEMENT_FIELDS if field in row), None)
    if field is None:
        raise ValueError(_no_statement(row))
    statement = normalize_source(string_field(row, field))
    name = string_field(row, "name", "")
    header = next((string_field(row, key, "") for key in HEADER_FIELDS if row.get(key)), "")
    if not declared_name(statement):
        raise ValueError(f"`{field}` declares no theorem, lemma or example")
    inner, statement = split_header(statement)
    if "sorry" in without_comments(inner).split():
        raise ValueError(
            f"`{field}` leaves more than a proof open: what stands before its theorem has a "
            "`sorry`; give the answer there, or have a Lean file that fills it in judged by "
            "`qstar verify FILE.lean --against STATEMENTS.lean`"
        )
    header = join_headers(normalize_source(header), inner)
    words = next((string_field(row, key, "") for key in INFORMAL_FIELDS if row.get(key)), "")
    return Theorem(
        statement=statement,
        header=header,
        name=name or declared_name(statement),
        informal=words.strip().removeprefix("/--").removesuffix("-/").strip(),
    )


def _no_statement(row: Mapping[str, Any]) -> str:
    there = f"no field `formal_statement` among {', '.join(row) or 'no fields'}"
    for field, collection in _PROGRAM_FIELDS.items():
        if field in row:
            return (
                f"{there}: as in {collection}, the row asks for a program and a proof; give a "
                "`formal_statement` about a given program, or have a Lean file with both judged by "
                "`qstar verify FILE.lean --against STATEMENTS.lean`"
            )
    return there


def string_field(row: Mapping[str, Any], field: str, default: str | None = None) -> str:
    """A field that is a string; null counts as missing.

    Raises:
        ValueError: The field is no string, or it is missing and there is no `default`.
    """
    value = row.get(field)
    if value is None:
        if default is not None:
            return default
        raise ValueError(f"field `{field}` is null" if field in row else f"no field `{field}`")
    if not isinstance(value, str):
        raise ValueError(f"field `{field}` is {type(value).__name__}, not a string")
    return value


_TARGETS = f"name a .lean or .jsonl file, or write a statement: {EXAMPLE}"


def _statement(text: str) -> Theorem:
    if not declared_name(text):
        path = Path(text)
        if "\n" not in text and len(text) < 256 and path.exists():
            raise BadInput("neither a .lean nor a .jsonl file", where=text, remedy=_TARGETS)
        if text and " " not in text and ("/" in text or "." in text):
            raise BadInput("no such file, and not a statement either", where=text, remedy=_TARGETS)
    return parse_statement(text)


def parse_statement(text: str, header: str = "") -> Theorem:
    """The theorem that `text` declares.

    Imports, `open`s and definitions that precede it are appended to `header`.

    Raises:
        BadInput: It declares none.
    """
    name = declared_name(text)
    if not name:
        raise BadInput(
            f"`{text}` is not a declaration: it lacks `theorem` and a name",
            remedy=f"write it as one, with its variables: {EXAMPLE}",
        )
    inner, statement = split_header(normalize_source(text))
    return Theorem(
        statement=statement,
        header=join_headers(normalize_source(header), inner),
        name=declared_name(statement),
    )


def read_text(path: Path) -> str:
    """Read a UTF-8 file.

    Raises:
        BadInput: It is missing, unreadable or not UTF-8; the message names the line.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise BadInput("no such file", where=str(path)) from None
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}", where=str(path)) from None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise BadInput("not UTF-8", where=str(path), line=line) from None
