"""States from printed text: to learn from.  What is to be proved never comes by this way."""

from __future__ import annotations

from lean_env.types import Goal, Hypothesis


def printed_goals(text: str) -> tuple[Goal, ...]:
    """The goals of a printed state: printed again they give the same text.

    All that stands before a target is one hypothesis: where one ends and the next begins, and which
    are propositions, the text does not say for sure.  Raises `ValueError` for what is no state.
    """
    goals = tuple(map(_goal, text.split("\n\n")))
    if "\n\n".join(goal.text for goal in goals) != text:
        raise ValueError(f"not a printed state: {text!r}")
    return goals


def _goal(block: str) -> Goal:
    before, _, target = f"\n{block}".rpartition("\n⊢ ")
    name, colon, kind = before.removeprefix("\n").partition(" : ")
    if colon:
        return Goal(target, (Hypothesis(name, kind),))
    return Goal(target, case=name.removeprefix("case "))
