"""Classification of Lean's error messages into a few kinds."""

from __future__ import annotations

import re

from lean_env.types import Rejected, RejectionReason

OUT_OF_REACH = "out of reach"
REFUSED_BY_GATE = "refused by the gate"

ERROR_KINDS: tuple[tuple[str, str], ...] = (
    (OUT_OF_REACH, r"the library declares '(.*)' after this theorem"),
    (REFUSED_BY_GATE, r"the proof was not accepted"),
    ("no progress", r"made no progress"),
    ("gave up", r"`?(grind|bv_decide|aesop|linarith|nlinarith)`? failed|could not prove the goal"),
    ("gave up", r"could not close the goal"),
    ("unknown name", r"[Uu]nknown (identifier|constant|id)|unknown free variable"),
    ("type mismatch", r"[Tt]ype mismatch"),
    ("no instance", r"failed to synthesize"),
    ("pattern not found", r"[Dd]id not find an? (occurrence|instance) of the pattern"),
    ("motive", r"motive is not type correct"),
    ("does not unify", r"could not unify|not definitionally equal|is not syntactically equal"),
    ("sides differ", r"The left-hand side|equality lhs"),
    ("false", r"proved that the proposition"),
    ("free variables", r"must not contain free variables|free variables"),
    ("elimination", r"[Dd]ependent elimination failed|cannot be generalized|Invalid target"),
    ("wrong shape", r"major premise|not an inductive|binary relation|[Ee]xtensionality"),
    (
        "wrong shape",
        r"additional binders|no applicable constructor|Could not split|equality or iff",
    ),
    ("unsolved goals", r"unsolved goals"),
    ("limit of recursion", r"maximum recursion depth"),
)
"""Kind and regular expression; the first match counts."""

_PATTERNS = [(name, re.compile(pattern)) for name, pattern in ERROR_KINDS]
_SEEN = 400
"""Characters of a message that are searched: what follows is the printed goal."""


def message_class(rejected: Rejected) -> str:
    """Name the kind of a rejection.

    Returns:
        For an error that Lean reported, one of `ERROR_KINDS` or `other`; else the reason.
    """
    if rejected.reason is not RejectionReason.ERROR:
        return rejected.reason.value.replace("_", " ")
    start = rejected.message[:_SEEN]
    return next((name for name, pattern in _PATTERNS if pattern.search(start)), "other")


def declared_later(rejected: Rejected) -> str | None:
    """Extract the name that made a tactic out of reach; None if it is not."""
    found = re.search(ERROR_KINDS[0][1], rejected.message[:_SEEN])
    return found and found[1]
