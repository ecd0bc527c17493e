"""A Lean source file whose declarations with `sorry` are replaced by proved ones, one by one."""

from __future__ import annotations

import os
import tempfile
from difflib import unified_diff
from pathlib import Path

from lean_env.errors import BadInput
from lean_env.types import Theorem
from lean_env.wire.protocol import SorryRecord
from prover.problems.read import declared_name, name_in


class LeanFile:
    """The text of a file while proofs are put in, in the order of the file."""

    def __init__(self, path: Path, text: str) -> None:
        self.path, self.original, self.text = path, text, text

    def theorem(self, record: SorryRecord) -> Theorem:
        """What is to be proved at a `sorry` of the original text, after all that stands before it
        now."""
        start, stop = self._place(record)
        name = name_in(self.path, record.line, declared_name(record.text))
        return Theorem(statement=self.text[start:stop], header=self.text[:start], name=name)

    def put(self, record: SorryRecord, declaration: str) -> None:
        """Replace the declaration of a `sorry` that comes after all that were replaced before."""
        start, stop = self._place(record)
        self.text = self.text[:start] + declaration + self.text[stop:]

    def _place(self, record: SorryRecord) -> tuple[int, int]:
        grown = len(self.text) - len(self.original)  # all of it before this place
        return record.start + grown, record.stop + grown

    def diff(self) -> str:
        """The change, as `diff -u` writes it; empty when nothing was put in."""
        lines = unified_diff(
            self.original.splitlines(keepends=True),
            self.text.splitlines(keepends=True),
            str(self.path),
            f"{self.path} (proved)",
        )
        return "".join(line if line.endswith("\n") else line + "\n" for line in lines)

    def write(self) -> None:
        """Replace the file, whole or not at all.

        Raises `BadInput` if it was changed since it was read, `OSError` if it cannot be written.
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
                stream.write(self.text.encode())
            os.chmod(new, path.stat().st_mode)
            os.replace(new, path)
        except BaseException:
            os.unlink(new)
            raise
