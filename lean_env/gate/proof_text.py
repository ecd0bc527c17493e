"""A proof put into the text of its statement, without asking Lean where the `sorry` is."""

from __future__ import annotations

import re

from lean_env.gate.verifier import fill_sorry
from lean_env.repl.statement import as_tactic, complete, without_comments
from lean_env.types import Theorem

_SORRY = re.compile(r"(?<![\w.'])sorry(?![\w'])")
_TERM_FOLLOWS = re.compile(r"(?::=|[(\[{,⟨]|\bfrom|\bexact|\bfun\b[^\n]*=>|<\||\$)\s*\Z")


def with_proof(theorem: Theorem, script: str) -> str:
    """Put a tactic block in the place of a theorem's `sorry`.

    Args:
        theorem: The theorem; the `sorry` is that of `sorry_index`, or the first.
        script: The tactic block.

    Returns:
        The declaration.  A statement without a `sorry` or a missing proof comes back as it is.
    """
    text = complete(theorem.statement)
    places = [found.span() for found in _SORRY.finditer(without_comments(text))]
    if not places:
        return text
    start, stop = places[min(theorem.sorry_index or 0, len(places) - 1)]
    if _TERM_FOLLOWS.search(text[:start]):
        text = as_tactic(text, start, stop)
        start += len("(by ")
    return fill_sorry(text, (start, start + len("sorry")), script)
