"""What `qstar prove` is given: statements, files, folders, standard input, or a whole Lake project.

All of it is read before anything starts; what is wrong is reported with its place.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lean_env.errors import BadInput
from prover.problems import read as problems
from prover.problems.read import EXAMPLE, LocatedTheorem, SourceFile, Target
from prover.problems.source import normalize_source, without_comments

STDIN = Path("<stdin>")
_STDIN_NAMES = ("-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0")
_SKIPPED = ("build", "lake-packages")
_HOLE = re.compile(r"\b(?:sorry|admit)\b")
_DECLARED = re.compile(
    r"\b(?:theorem|lemma|example|def|abbrev|instance)\b\s*(?:«[^»]*»|[^\s:({\[⦃«])*"
)
_LINE = re.compile(r"([^\n]+\.lean):([1-9][0-9]*)")
_DECLARATION = re.compile(
    r"^(?:@\[[^\]]*\]\s*)?(?:(?:private|protected|noncomputable)\s+)*(?:theorem|lemma|example)\b",
    re.MULTILINE,
)


def read_targets(names: Iterable[str], *, write: bool) -> list[Target]:
    """Every theorem and file that the arguments name, in order.

    Args:
        names: Statements, files (.lean, .jsonl, .json; others by their content), a line of a Lean
            file as `FILE.lean:LINE`, folders with Lean files, or `-` for standard input.
        write: Whether proofs are to be written into the files: standard input cannot take them.

    Raises:
        BadInput: A file is missing, unreadable or malformed, or a text is no declaration.
    """
    found: list[Target] = []
    for name in names:
        if not name.strip():  # as of a shell's variable that is not set: not the folder here
            raise BadInput("a TARGET is empty", remedy="give `.` for all files of this folder")
        path = Path(name)
        file, line = split_line(name)
        if line:
            found.append(SourceFile(file, problems.read_text(file), line))
        elif name in _STDIN_NAMES:
            found += _in_text(_stdin(), STDIN, write=write)
        elif name.endswith((".lean", ".jsonl")):
            found += problems.read([name])
        elif _exists(name) and path.is_dir():
            found += _in_folder(path)
        elif name.endswith((".json", ".txt")) or (_exists(name) and not path.is_dir()):
            found += _in_text(problems.read_text(path), path, write=write)
        else:
            found += problems.read([name])
    return found


def split_line(name: str) -> tuple[Path, int | None]:
    """Split `FILE.lean:LINE` into file and line; for any other name there is no line."""
    match = _LINE.fullmatch(name)
    return (Path(match[1]), int(match[2])) if match else (Path(name), None)


def _exists(name: str) -> bool:
    """Is it a path of something?  A statement is none, and may be too long to ask for."""
    return "\n" not in name and len(name.encode()) < 4096 and _can_stat(Path(name))


def _can_stat(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that is too long for the file system
        return False


def _stdin() -> str:
    try:
        return sys.stdin.buffer.read().decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput("not UTF-8", where=str(STDIN), column=error.start + 1) from None


def _in_text(text: str, path: Path, *, write: bool) -> list[Target]:
    """Find the targets in a text of unknown kind: JSON rows, a Lean file, or statements."""
    code = without_comments(normalize_source(text))
    if not code.strip():
        raise BadInput(
            "nothing to prove: it is empty", where=str(path), remedy=f"give a statement: {EXAMPLE}"
        )
    if code.lstrip().startswith(("{", "[")):
        return problems.parse_jsonl(text, path)
    if _HOLE.search(code):
        if write and path == STDIN:
            raise BadInput(
                "standard input cannot be written to",
                where="--write",
                remedy="leave it out, the change is shown; or name a file",
            )
        return [SourceFile(path, text)]
    return list(_statements(code, path))


def _statements(code: str, path: Path) -> Iterator[LocatedTheorem]:
    """The statements in `code`, one after another; what is before them is their header."""
    starts = [match.start() for match in _DECLARATION.finditer(code)]
    if not starts:
        first = code.strip().split("\n")[0]
        raise BadInput(
            f"`{first}` is not a declaration: it lacks `theorem` and a name",
            where=str(path),
            line=code.count("\n", 0, len(code) - len(code.lstrip())) + 1,
            remedy=f"write it as one, with its variables: {EXAMPLE}",
        )
    for start, stop in zip(starts, [*starts[1:], len(code)], strict=True):
        theorem = problems.parse_statement(code[start:stop].strip(), code[: starts[0]].strip())
        yield LocatedTheorem(theorem, f"{path}:{code.count(chr(10), 0, start) + 1}")


def _in_folder(folder: Path) -> list[Target]:
    """The Lean files below a folder in which a proof is missing."""
    files = list(lean_files(folder))
    if not files:
        raise BadInput("no .lean file is below this folder", where=str(folder))
    sources = [SourceFile(path, problems.read_text(path)) for path in files]
    found: list[Target] = [s for s in sources if _HOLE.search(without_comments(s.text))]
    if not found:
        raise BadInput(
            f"nothing to prove: none of its {len(files)} .lean files has a `sorry`",
            where=str(folder),
        )
    return found


def lean_files(folder: Path) -> Iterator[Path]:
    """The Lean files below a folder, in the order of their names; not what Lake keeps there."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name in _SKIPPED:
            continue
        if path.is_dir():
            yield from lean_files(path)
        elif path.suffix == ".lean":
            yield path


@dataclass(frozen=True, slots=True)
class Hole:
    """A missing proof in a file: its line, and that line's text after the declaration's name."""

    path: Path
    line: int
    text: str


def holes_in(folder: Path) -> list[Hole]:
    """Every `sorry` of the Lean files below a folder that is no comment."""
    found: list[Hole] = []
    for path in lean_files(folder):
        text = problems.read_text(path)
        lines, within = text.split("\n"), ""
        for number, line in enumerate(without_comments(text).split("\n"), start=1):
            declared = _DECLARED.search(line)
            within = declared[0].strip() if declared else within
            if _HOLE.search(line):
                before = "" if declared else f"{within} … "
                found.append(Hole(path, number, before + lines[number - 1].strip()))
    return found


def lean_files_of(suite: str) -> list[Path]:
    """The file or folder that a suite is read from, whose Lake project decides which Lean runs.

    Args:
        suite: A suite as `qstar eval` takes it.

    Returns:
        The path; nothing for a suite that comes with the package.
    """
    from lean_env.compat.traced_repository import traced_root

    place = suite.rpartition(":")[2]
    is_there = place.endswith((".lean", ".jsonl")) or Path(place).is_dir()
    return [traced_root(Path(place)) or Path(place)] if is_there else []
