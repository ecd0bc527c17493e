"""States from printed text: to learn from.  What is to be proved never comes by this way."""

from __future__ import annotations

import re

from lean_env.types import Goal, Hypothesis

_BROKEN = re.compile(r"^([^\s⊢][^:\n]*) :\n((?:  .*(?:\n|$))+)", re.MULTILINE)


def parse_printed_goals(text: str) -> tuple[Goal, ...]:
    """The goals of a printed state: printed again they give the same text.

    All that stands before a target is one hypothesis: where one ends and the next begins, and which
    are propositions, the text does not say for sure.  Raises `ValueError` for what is no state.
    """
    goals = tuple(map(_goal, text.split("\n\n")))
    if "\n\n".join(goal.text for goal in goals) != text:
        raise ValueError(f"not a printed state: {text!r}")
    return goals


def join_broken_lines(text: str) -> str:
    """A printed state with every type on the line of its name, as we print it: Lean breaks the line
    before a type that is too long for one, and indents that type."""
    return _BROKEN.sub(lambda found: f"{found[1]} : {re.sub('(?m)^  ', '', found[2])}", text)


def _goal(block: str) -> Goal:
    before, _, target = f"\n{block}".rpartition("\n⊢ ")
    name, colon, kind = before.removeprefix("\n").partition(" : ")
    if colon:
        return Goal(target, (Hypothesis(name, kind),))
    return Goal(target, case=name.removeprefix("case "))
