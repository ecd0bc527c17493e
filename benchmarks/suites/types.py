"""A suite: statements to prove, each with what a report groups by."""

from __future__ import annotations

from dataclasses import dataclass, field

from lean_env.types import Theorem


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One statement of a suite.

    `id` is unique within the suite.  `group` is what figures are broken down by (a source and a
    difficulty, a namespace).  `needs` are modules that its header imports and that not every Lean
    has, `Mathlib` for instance.
    """

    id: str
    theorem: Theorem
    split: str = ""
    group: str = ""
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """`variant` says exactly which statements these are, in words; `digest` is a hash of them.
    `left_out` counts, by reason, what the source has beyond the entries."""

    name: str
    variant: str
    digest: str
    entries: tuple[Entry, ...]
    left_out: dict[str, int] = field(default_factory=dict)
