"""A Lean source file whose declarations with `sorry` are replaced by proved ones, one by one."""

from __future__ import annotations

import os
import re
import tempfile
from bisect import bisect_left
from collections.abc import Sequence
from difflib import unified_diff
from pathlib import Path

from lean_env.errors import BadInput
from lean_env.types import Theorem
from lean_env.wire.protocol import SorryRecord
from prover.problems.read import declared_name, display_name
from prover.problems.source import normalize_source


class LeanFile:
    """A Lean file in which declarations with `sorry` are replaced by proved ones.

    Attributes:
        path: Where the file is.
        original: Its text as it was read.
        text: The current text as Lean reads it (see `normalize_source`).  `diff` and `write` keep
            the file's own line ends, tabs and byte order mark.
    """

    def __init__(self, path: Path, text: str) -> None:
        self.path, self.original = path, text
        self.text = self._before = normalize_source(text)
        self._proofs: dict[tuple[int, int], str] = {}

    def theorem(self, record: SorryRecord) -> Theorem:
        """The theorem to be proved at a `sorry` of the original text.

        Its header is the current text before it.
        """
        start, stop = self._place(record)
        declared = declared_name(record.text)
        if not declared and len(record.declares) == 1:
            declared = record.declares[0].text  # a definition with a proof that is missing
        name = display_name(self.path, record.line, declared)
        return Theorem(statement=self.text[start:stop], header=self.text[:start], name=name)

    def put(self, record: SorryRecord, declaration: str) -> None:
        """Replace the declaration of a `sorry`, or an earlier replacement of it."""
        start, stop = self._place(record)
        self.text = self.text[:start] + declaration + self.text[stop:]
        self._proofs[record.start, record.stop] = declaration

    def _place(self, record: SorryRecord) -> tuple[int, int]:
        """Where the declaration of `record` stands now."""
        place = (record.start, record.stop)
        before = [(p, text) for p, text in self._proofs.items() if p < place]
        start = record.start + sum(len(text) - (stop - start) for (start, stop), text in before)
        now = self._proofs.get(place)
        return start, start + (record.stop - record.start if now is None else len(now))

    @property
    def changed(self) -> bool:
        """Whether a proof was put in."""
        return bool(self._proofs)

    @property
    def written(self) -> str:
        """The file's own text with the proofs put in, their lines ended as most of its lines."""
        mark = len(self.original) - len(self.original.removeprefix("\ufeff"))
        found = re.finditer("\r\n", self.original[mark:])
        returns = [pair.start() - k for k, pair in enumerate(found)]  # as places in `_before`
        newline = "\r\n" if 2 * len(returns) > self._before.count("\n") else "\n"
        pieces, end = list[str](), 0
        for place, declaration in sorted(self._proofs.items()):
            start, stop = (mark + p + bisect_left(returns, p) for p in place)
            own = _with_own_tabs(declaration, self.original[start:stop])
            pieces += self.original[end:start], own.replace("\n", newline)
            end = stop
        return "".join([*pieces, self.original[end:]])

    def diff(self) -> str:
        """The change, as `diff -u` writes it; empty when nothing was put in."""
        lines = unified_diff(
            _lines(self.original),
            _lines(self.written),
            str(self.path),
            f"{self.path} (proved)",
        )
        return "".join(line if line.endswith("\n") else line + "\n" for line in lines)

    def write(self) -> None:
        """Replace the file atomically.

        Raises:
            BadInput: The file was changed since it was read.
            OSError: It cannot be written.
        """
        path = self.path.resolve()
        if path.read_bytes() != self.original.encode():
            raise BadInput(
                "changed while its theorems were being proved, and therefore not written",
                where=str(self.path),
                remedy="run the same command again",
            )
        handle, new = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(self.written.encode())
            os.chmod(new, path.stat().st_mode)
            os.replace(new, path)
        except BaseException:
            os.unlink(new)
            raise


def _with_own_tabs(declaration: str, original: str) -> str:
    """Write lines as the original does, and indent new ones with its tabs.

    Args:
        declaration: A new text in which each tab outside of strings and comments is a space.
        original: The text that it replaces.
    """
    if "\t" not in original:
        return declaration
    old = original.replace("\r\n", "\n").split("\n")
    same = {normalize_source(line): line for line in old}
    indents = {normalize_source(indent): indent for indent in map(_indent, old)}

    def own(line: str) -> str:
        known = max((i for i in indents if line.startswith(i)), key=len, default="")
        return same.get(line, indents.get(known, "") + line.removeprefix(known))

    return "\n".join(map(own, declaration.split("\n")))


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


def selected(
    records: Sequence[SorryRecord], *, line: int | None, names: Sequence[str]
) -> list[SorryRecord]:
    """Those declarations of a file that are to be proved.

    Args:
        records: The declarations with a `sorry`.
        line: Only the one that stands in this line.
        names: Only those with one of these names, with their namespaces or without.

    Raises:
        BadInput: None with a `sorry` stands in `line`.
    """
    found = [r for r in records if line is None or _stands_in(r, line)]
    if line is not None and not found:
        others = ", ".join(str(record.line) for record in records)
        raise BadInput(
            f"no declaration with a `sorry` is in line {line}",
            remedy=f"they begin in these lines: {others}" if others else "the file has no `sorry`",
        )
    return [record for record in found if not names or _is_called(record, names)]


def _stands_in(record: SorryRecord, line: int) -> bool:
    return record.line <= line <= record.line + record.text.rstrip().count("\n")


def _is_called(record: SorryRecord, names: Sequence[str]) -> bool:
    full = [row.text for row in record.declares] or [declared_name(record.text)]
    return any(own == name or own.endswith(f".{name}") for own in full for name in names)


def _lines(text: str) -> list[str]:
    """The lines of a text, of which only LF ends one, without the CR that may stand before it."""
    return [line.removesuffix("\r") + "\n" for line in text.removesuffix("\n").split("\n")]
