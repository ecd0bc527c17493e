"""A suite: statements to prove, with the groups that reports break figures down by."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from lean_env.errors import BadInput
from lean_env.types import Theorem


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One statement of a suite.

    Attributes:
        id: Unique within the suite.
        theorem: The statement.
        split: For instance `train`, `valid` or `test`; empty if the suite has no splits.
        group: What figures are broken down by: a source and difficulty, a namespace.
        needs: Modules that the header imports and that not every Lean has, for instance `Mathlib`.
        note: What is known to be wrong with the statement.
        strict_names: Whether a name that nothing declares makes the statement invalid, as in a row
            that stands alone; else Lean's own rule holds, as in a file.
    """

    id: str
    theorem: Theorem
    split: str = ""
    group: str = ""
    needs: tuple[str, ...] = ()
    note: str = ""
    strict_names: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """Statements to prove.

    Attributes:
        name: What reports call it.
        variant: Which statements these are exactly, in words.
        digest: A hash of the statements.
        entries: The statements, in order.
        left_out: For each reason, how many statements of the source are not in the suite.
        full: For each split of which the entries are only a part, its full size.
    """

    name: str
    variant: str
    digest: str
    entries: tuple[Entry, ...]
    left_out: dict[str, int] = field(default_factory=dict)
    full: dict[str, int] = field(default_factory=dict)

    @property
    def whole(self) -> int:
        """The full size of the entries' splits, over which figures are given as well."""
        found = Counter(entry.split for entry in self.entries)
        return sum(self.full.get(split, count) for split, count in found.items())


def digest(entries: Iterable[Entry]) -> str:
    """Hash the statements and their order; 16 hexadecimal digits."""
    found = hashlib.sha256()
    for entry in entries:
        for text in (entry.id, entry.theorem.header, entry.theorem.statement):
            found.update(text.encode() + b"\0")
    return found.hexdigest()[:16]


def require_split(split: str | None, suite: str, splits: Iterable[str]) -> None:
    """Refuse a split that a suite does not have.

    Args:
        split: The split; None for all.
        suite: The suite's name.
        splits: The splits that it has; the empty name stands for no split.

    Raises:
        BadInput: Names the splits that there are.
    """
    if split is None or split in splits:
        return
    named = ", ".join(name for name in splits if name)
    raise BadInput(
        f"{suite} has no split `{split}`",
        where="--split",
        remedy=f"it has {named}" if named else "it has no splits: leave --split out",
    )


def select(suite: Suite, *, split: str | None = None, limit: int | None = None) -> Suite:
    """Select the entries of one split, and of these the first ones.

    Args:
        suite: The suite.
        split: The split; None for all.
        limit: The most entries; None for all.

    Returns:
        A suite with those entries and a digest of its own.

    Raises:
        BadInput: There is no such split.
    """
    require_split(split, suite.name, sorted({entry.split for entry in suite.entries}))
    entries = tuple(e for e in suite.entries if split in (None, e.split))
    kept = entries[:limit]
    if kept == suite.entries:
        return suite
    left_out = dict(suite.left_out)
    full = suite.full
    if len(kept) < len(entries):
        left_out["beyond --limit"] = len(entries) - len(kept)
        full = dict(Counter(entry.split for entry in suite.entries)) | full
    return replace(suite, entries=kept, digest=digest(kept), left_out=left_out, full=full)
