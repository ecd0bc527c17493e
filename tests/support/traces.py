"""Searches over made-up tables, to write traces of."""

from __future__ import annotations

import asyncio

from lean_env.types import Accepted, Theorem
from prover.result import SearchResult
from prover.search.best_first import QStar
from prover.types import Budget, Problem, StopReason, TheoremStatus
from tests.support.problems import make_problem
from tests.support.synthetic import OracleScorer, Table


def searched(
    table: Table, calls: int | None = None, name: str = "t"
) -> tuple[Problem, SearchResult]:
    """A search of `table` for the theorem of that name, and how it ended."""
    budget = Budget(seconds=None, lean_calls=calls)
    problem = make_problem(table, budget=budget, scorer=OracleScorer(table))
    stop = asyncio.run(QStar(batch=2).search(problem))
    proved = stop is StopReason.PROVED
    return problem, SearchResult(
        theorem=Theorem(statement="theorem t : True", name=name),
        status=TheoremStatus.PROVED if proved else TheoremStatus.OPEN,
        stop=stop,
        proof="theorem t : True := trivial" if proved else "",
        verdict=Accepted(()) if proved else None,
        stats=problem.budget.stats,
    )
