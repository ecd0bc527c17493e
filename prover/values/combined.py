"""Combinations of value functions, and values read from a proof graph."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from lean_env.types import ProofState, Tactic
from prover.graph.invariants import least_costs
from prover.graph.store import ProofGraph
from prover.types import NodeStatus, StepScorer, ValueFunction


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueEnsemble:
    """Several value functions as one.

    Attributes:
        members: The value functions.
        join: Combines their estimates: the mean, or `max` (pessimistic) or `min`.
    """

    members: Sequence[ValueFunction]
    join: Callable[[Sequence[float]], float] = fmean

    async def cost_to_go(self, states: Sequence[ProofState]) -> list[float]:
        """The joined estimates of the members, in tactics, one number per state."""
        found = await asyncio.gather(*(member.cost_to_go(states) for member in self.members))
        return [self.join(figures) for figures in zip(*found, strict=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorerEnsemble:
    """Several step scorers as one.

    Attributes:
        members: The step scorers.
        join: As in `ValueEnsemble`.
    """

    members: Sequence[StepScorer]
    join: Callable[[Sequence[float]], float] = fmean

    async def score(self, state: ProofState, tactics: Sequence[Tactic]) -> list[float]:
        """The joined Q(s, a) of the members, in tactics, one number per tactic."""
        found = await asyncio.gather(*(member.score(state, tactics) for member in self.members))
        return [self.join(figures) for figures in zip(*found, strict=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedValues:
    """Values and step scores looked up in tables.

    Attributes:
        costs: V(s) by the key of a state.
        q: Q(s, a) by the key of a state and a tactic.
        cap: The value of what the tables lack.
    """

    costs: Mapping[str, float]
    q: Mapping[tuple[str, Tactic], float]
    cap: float

    async def cost_to_go(self, states: Sequence[ProofState]) -> list[float]:
        """Estimated number of remaining tactics, one number per state."""
        return [self.costs.get(state.key, self.cap) for state in states]

    async def score(self, state: ProofState, tactics: Sequence[Tactic]) -> list[float]:
        """Estimated number of tactics to the end of the proof, each tactic `a` included."""
        return [self.q.get((state.key, tactic), self.cap) for tactic in tactics]


def recorded_values(graph: ProofGraph, cap: float = 100.0) -> RecordedValues:
    """The costs of the least proofs that a graph holds, as a value function and step scorer.

    Args:
        graph: The proof graph.
        cap: The cost where there is no proof.
    """
    costs = least_costs(graph)
    q = {
        (edge.parent.state.key, edge.proposal.tactic): min(
            edge.cost + sum(costs[child.id] for child in edge.children), cap
        )
        for edge in graph.edges
        if edge.status is not NodeStatus.FAILED
    }
    known = {node.state.key: min(costs[node.id], cap) for node in graph.nodes}
    return RecordedValues(costs=known, q=q, cap=cap)
