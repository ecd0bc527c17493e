"""Progress reports of long work, independent of what displays them (terminal, log, nothing)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from prover.types import Problem


class Progress(Protocol):
    """Receives progress events from one thread, in the order in which they happen."""

    def stage(self, name: str, total: int, done: int = 0) -> None:
        """Start a new stage.

        Args:
            name: What is shown.
            total: Number of items or steps.
            done: How many of them an earlier run has done.
        """

    def begin(self, item: str) -> None:
        """Record that work on an item starts."""

    def update(self, item: str, detail: str) -> None:
        """Describe how far the work on an item is; starts the item if it has not started."""

    def end(self, item: str) -> None:
        """Record that an item is finished or was abandoned."""

    def at(self, done: int) -> None:
        """Set the number of finished items or steps of the stage."""

    def figures(self, text: str) -> None:
        """Show the results so far, as text."""


class Silent:
    """A `Progress` that displays nothing."""

    def stage(self, name: str, total: int, done: int = 0) -> None:
        """Ignore a new stage."""

    def begin(self, item: str) -> None:
        """Ignore that an item starts."""

    def update(self, item: str, detail: str) -> None:
        """Ignore a description of an item."""

    def end(self, item: str) -> None:
        """Ignore that an item is finished."""

    def at(self, done: int) -> None:
        """Ignore a count of finished items."""

    def figures(self, text: str) -> None:
        """Ignore results so far."""


SILENT = Silent()


def count(number: int, noun: str) -> str:
    """`1 tactic`, `2 tactics`, `1,234 tactics`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def search_detail(problem: Problem) -> str:
    """Describe what a search has used of its limits: time, tactics run, states."""
    used, budget = problem.budget.stats, problem.budget.limits
    seconds = "" if budget.seconds is None else f" of {budget.seconds:.0f}"
    tactics = count(used.lean_calls, "tactic")
    if budget.lean_calls is not None:
        tactics = f"{used.lean_calls:,} of {count(budget.lean_calls, 'tactic')}"
    states = count(len(problem.graph.nodes), "state")
    return f"{used.seconds:.0f}{seconds} s, {tactics}, {states}"
