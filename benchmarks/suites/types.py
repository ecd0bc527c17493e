"""A suite: statements to prove, each with what a report groups by."""

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

    `id` is unique within the suite.  `group` is what figures are broken down by (a source and a
    difficulty, a namespace).  `needs` are modules that its header imports and that not every Lean
    has, `Mathlib` for instance.  `note` is what is known to be wrong with the statement.
    """

    id: str
    theorem: Theorem
    split: str = ""
    group: str = ""
    needs: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """`variant` says exactly which statements these are, in words; `digest` is a hash of them.
    `left_out` counts, by reason, what the source has beyond the entries.  `full` is, for each split
    of which the entries are only a part, how many statements it has in all."""

    name: str
    variant: str
    digest: str
    entries: tuple[Entry, ...]
    left_out: dict[str, int] = field(default_factory=dict)
    full: dict[str, int] = field(default_factory=dict)

    @property
    def whole(self) -> int:
        """How many statements the splits of the entries have in all: figures are given over these
        as well."""
        found = Counter(entry.split for entry in self.entries)
        return sum(self.full.get(split, count) for split, count in found.items())


def digest(entries: Iterable[Entry]) -> str:
    """A hash of what is to be proved, and in what order."""
    found = hashlib.sha256()
    for entry in entries:
        for text in (entry.id, entry.theorem.header, entry.theorem.statement):
            found.update(text.encode() + b"\0")
    return found.hexdigest()[:16]


def select(suite: Suite, *, split: str | None = None, limit: int | None = None) -> Suite:
    """The entries of one split (None: all), of these the first `limit`.

    Raises `BadInput` when there is no such split.
    """
    splits = sorted({entry.split for entry in suite.entries})
    if split is not None and split not in splits:
        named = ", ".join(name for name in splits if name)
        raise BadInput(
            f"{suite.name} has no split `{split}`",
            where="--split",
            remedy=f"it has {named}" if named else "it has no splits: leave --split out",
        )
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
