"""What can be told of Lean source by its text: where its last theorem begins, what it imports."""

from __future__ import annotations

import re

from prover.problems.read import COMMENT

OWN_MODULES = ("Init", "Std", "Lean")
"""What embedded Lean has; every other module belongs to a project."""

IMPORT = re.compile(r"^(?:public\s+)?(?:meta\s+)?import\s+(?:all\s+)?(\S+)", re.MULTILINE)
_THEOREM = re.compile(
    r"^[ \t]*(?:@\[[^\]]*\]\s*)?(?:(?:private|protected|noncomputable)\s+)*"
    r"(?:theorem|lemma|example)\b",
    re.MULTILINE,
)


def needs(header: str) -> tuple[str, ...]:
    """The packages that a header imports from, beside Lean itself: `Mathlib`, `Aesop`."""
    roots = (module.split(".")[0] for module in IMPORT.findall(_without_comments(header)))
    return tuple(dict.fromkeys(root for root in roots if root not in OWN_MODULES))


def last_theorem(text: str) -> tuple[str, str] | None:
    """A text up to its last theorem, and from there on, with the comment that documents it.

    None when there is none.
    """
    found = list(_THEOREM.finditer(_without_comments(text)))
    if not found:
        return None
    start = found[-1].start()
    before = text[:start].rstrip()
    if before.endswith("-/") and (comment := before.rfind("/--")) >= 0:
        start = comment
    return text[:start], text[start:]


def _without_comments(text: str) -> str:
    """The same text, line for line and column for column, with blanks for comments."""
    return COMMENT.sub(lambda found: re.sub(r"\S", " ", found[0]), text)
