"""Search problems on graphs that are known beforehand."""

from __future__ import annotations

from random import Random

from prover.graph.store import ProofGraph
from prover.search.budget import BudgetTracker
from prover.types import Budget, Policy, Problem, StepScorer, ValueFunction
from prover.values.heuristic import Constant
from tests.support.synthetic import SyntheticEnvironment, SyntheticPolicy, Table, state

NO_LIMIT = Budget(seconds=None)


def make_problem(
    table: Table,
    *,
    budget: Budget = NO_LIMIT,
    workers: int = 1,
    policy: Policy | None = None,
    value: ValueFunction | None = None,
    scorer: StepScorer | None = None,
    env: SyntheticEnvironment | None = None,
) -> Problem:
    """The search problem of a table, with its own policy and no value unless others are given."""
    return Problem(
        graph=ProofGraph(state(0)),
        env=env or SyntheticEnvironment(table),
        policy=policy or SyntheticPolicy(table),
        value=value or Constant(),
        budget=BudgetTracker(budget),
        scorer=scorer,
        rng=Random(0),
        workers=workers,
    )
