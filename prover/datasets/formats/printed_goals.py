"""Parsing of printed states, for training data only; never for states that are to be proved."""

from __future__ import annotations

import re

from lean_env.types import Goal, Hypothesis

_BROKEN = re.compile(r"^([^\s⊢][^:\n]*) :\n((?:  .*(?:\n|$))+)", re.MULTILINE)


def parse_printed_goals(text: str) -> tuple[Goal, ...]:
    """Parse a printed state to goals that print to the same text.

    All hypotheses of a goal become a single one, since the text is ambiguous about where one ends
    and the next begins, and about which are propositions.

    Raises:
        ValueError: `text` is not a printed state.
    """
    goals = tuple(map(_goal, text.split("\n\n")))
    if "\n\n".join(goal.text for goal in goals) != text:
        raise ValueError(f"not a printed state: {text!r}")
    return goals


def join_broken_lines(text: str) -> str:
    """Put each hypothesis's type on the line of its name, as qstar prints states.

    Lean itself breaks the line before a type that is too long, and indents the type.
    """
    return _BROKEN.sub(lambda found: f"{found[1]} : {re.sub('(?m)^  ', '', found[2])}", text)


def _goal(block: str) -> Goal:
    before, _, target = f"\n{block}".rpartition("\n⊢ ")
    name, colon, kind = before.removeprefix("\n").partition(" : ")
    if colon:
        return Goal(target, (Hypothesis(name, kind),))
    return Goal(target, case=name.removeprefix("case "))
