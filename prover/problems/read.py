"""What the user wants proved: statements, files of statements, Lean files with `sorry`s.

All of it is read and checked before anything starts; what is wrong is reported with its place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from lean_env.errors import BadInput
from lean_env.types import Theorem

DECLARATION = re.compile(r"\b(theorem|lemma|example)\b\s*((?:«[^»]*»|[^\s:({\[⦃«])*)")
COMMENT = re.compile(r"/-.*?-/|--[^\n]*", re.DOTALL)
EXAMPLE = "theorem t (a b : Nat) : a + b = b + a"


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Posed:
    """A theorem, and where it was read if from a file: `file:line`."""

    theorem: Theorem
    place: str = ""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A Lean source file whose `sorry`s are to be proved."""

    path: Path
    text: str


Target: TypeAlias = Posed | SourceFile


def read(targets: Iterable[str]) -> list[Target]:
    """Every theorem and file that `targets` name, in order.

    Raises `BadInput` for a missing or unreadable file, a bad row, or text that is no declaration.
    """
    found: list[Target] = []
    for target in targets:
        if target.endswith(".jsonl"):
            found += read_jsonl(Path(target))
        elif target.endswith(".lean"):
            path = Path(target)
            found.append(SourceFile(path, read_text(path)))
        else:
            found.append(Posed(_statement(target)))
    return found


def declared_name(statement: str) -> str:
    """The name that a declaration gives, `example` for one without; empty if it is none."""
    match = DECLARATION.search(COMMENT.sub(" ", statement))
    return (match[2].rstrip(".") or match[1]) if match else ""


def name_in(path: Path, line: int, declared: str) -> str:
    """What a theorem of a file is called: `file:line` if it has no name of its own."""
    return f"{path.name}:{line}" if declared in ("", "example") else declared


def read_jsonl(path: Path) -> list[Target]:
    """One statement a line: `formal_statement`, and optionally `name` and `header`."""
    return [
        Posed(replace(theorem, name=name_in(path, line, theorem.name)), f"{path}:{line}")
        for line, theorem in enumerate(read_rows(path, theorem_in), start=1)
    ]


def read_rows(path: Path, parse: Callable[[Mapping[str, Any]], T]) -> list[T]:
    """What `parse` makes of each line of a file, a JSON object; it raises ValueError that says what
    is wrong with one.

    All lines are checked; the `BadInput` names the first bad one and counts the others.
    """
    lines = read_text(path).split("\n")
    if lines[-1] == "":
        lines.pop()
    parsed: list[T] = []
    bad: list[tuple[int, str]] = []
    for number, line in enumerate(lines, start=1):
        try:
            parsed.append(parse(_row(line)))
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


def _row(line: str) -> Mapping[str, Any]:
    if not line.strip():
        raise ValueError("an empty line")
    try:
        row: Any = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at column {error.colno}") from None
    if not isinstance(row, dict):
        raise ValueError(f"not a JSON object but {type(row).__name__}")
    return row


def theorem_in(row: Mapping[str, Any]) -> Theorem:
    """The theorem of a row.  Raises ValueError that says what is wrong."""
    if "formal_statement" not in row:
        raise ValueError(f"no field `formal_statement` among {', '.join(row) or 'no fields'}")
    statement = text_in(row, "formal_statement")
    name, header = text_in(row, "name", ""), text_in(row, "header", "")
    if not declared_name(statement):
        raise ValueError("`formal_statement` declares no theorem, lemma or example")
    return Theorem(statement=statement, header=header, name=name or declared_name(statement))


def text_in(row: Mapping[str, Any], field: str, default: str | None = None) -> str:
    """A field that is a string.  Raises ValueError if it is not, or is missing and has no
    `default`."""
    value = row.get(field, default)
    if field not in row and default is None:
        raise ValueError(f"no field `{field}`")
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
    return stated(text)


def stated(text: str, header: str = "") -> Theorem:
    """The theorem that `text` states.  Raises `BadInput` when it declares none."""
    name = declared_name(text)
    if not name:
        raise BadInput(
            f"`{text}` is not a declaration: it lacks `theorem` and a name",
            remedy=f"write it as one, with its variables: {EXAMPLE}",
        )
    return Theorem(statement=text, header=header, name=name)


def read_text(path: Path) -> str:
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
