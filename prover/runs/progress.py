"""How a long piece of work tells how far it is.

Work reports to a `Progress`; who watches (a terminal, a log, nobody) is not its affair.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from prover.types import Problem


class Progress(Protocol):
    """Hears from one thread, in the order in which things happen."""

    def stage(self, name: str, total: int, done: int = 0) -> None:
        """A new stage begins, of `total` items or steps, `done` of them before this run."""

    def begin(self, item: str) -> None:
        """Work on an item begins."""

    def update(self, item: str, detail: str) -> None:
        """How far the work on an item is, in words; begins it if it has not begun."""

    def end(self, item: str) -> None:
        """An item is done, or was given up."""

    def at(self, done: int) -> None:
        """So many items or steps of the stage are done."""

    def figures(self, text: str) -> None:
        """What has come out until now, in words."""


class Silent:
    """A `Progress` at which nobody looks."""

    def stage(self, name: str, total: int, done: int = 0) -> None: ...
    def begin(self, item: str) -> None: ...
    def update(self, item: str, detail: str) -> None: ...
    def end(self, item: str) -> None: ...
    def at(self, done: int) -> None: ...
    def figures(self, text: str) -> None: ...


SILENT = Silent()


def search_detail(problem: Problem) -> str:
    """How far a search is, beside its limits."""
    used, budget = problem.budget.stats, problem.budget.limits
    seconds = "" if budget.seconds is None else f" of {budget.seconds:.0f}"
    calls = "" if budget.lean_calls is None else f" of {budget.lean_calls:,}"
    return (
        f"{used.seconds:.0f}{seconds} s, {used.lean_calls:,}{calls} tactics, "
        f"{len(problem.graph.nodes):,} states"
    )
