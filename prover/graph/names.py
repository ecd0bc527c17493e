"""Rename the hypotheses of a goal.

A proof found for one state serves an equal state elsewhere once the names are the same.
"""

from __future__ import annotations

from lean_env.types import Goal


def renaming(have: Goal, want: Goal) -> list[str]:
    """Tactics after which `have` has the names of `want`; none when it has them already.

    The goals are equal up to names.  From the first difference on, all hypotheses are reverted and
    introduced again: that keeps their order, their types and their values, and can both give and
    take away a name.  What has no name to revert it by gets one first.
    """
    pairs = list(zip(have.hypotheses, want.hypotheses, strict=True))
    old = [h.name if h.accessible else None for h, _ in pairs]
    new = [w.name if w.accessible else None for _, w in pairs]
    if old == new:
        return []
    start = next(i for i, (h, w) in enumerate(zip(old, new, strict=True)) if h != w)
    fresh = _fresh(old)
    temporary = [fresh + str(i) for i, name in enumerate(old) if i >= start and name is None]
    reverted = [name or fresh + str(i) for i, name in enumerate(old) if i >= start]
    introduced = [name or "_" for name in new[start:]]
    lines = [f"rename_i {' '.join(temporary)}"] if temporary else []
    return [*lines, f"revert {' '.join(reverted)}", f"intro {' '.join(introduced)}"]


def _fresh(taken: list[str | None]) -> str:
    """A prefix that no name in `taken` has."""
    prefix = "old"
    while any(name and name.startswith(prefix) for name in taken):
        prefix += "_"
    return prefix
