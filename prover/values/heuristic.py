"""Value functions without learning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lean_env.types import ProofState


@dataclass(frozen=True, slots=True)
class Constant:
    """The same cost-to-go for every state.  With 0, f = g: uniform-cost search."""

    cost: float = 0.0

    async def cost_to_go(self, states: Sequence[ProofState]) -> list[float]:
        """Estimated number of remaining tactics, one number per state."""
        return [self.cost] * len(states)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalSize:
    """Cost-to-go by the number of goals and the length of their targets.

    A heuristic, not a bound: `per_goal` · goals + `per_symbol` · words in the targets.
    """

    per_goal: float = 1.0
    per_symbol: float = 0.05

    async def cost_to_go(self, states: Sequence[ProofState]) -> list[float]:
        """Estimated number of remaining tactics, one number per state."""
        return [self._one(state) for state in states]

    def _one(self, state: ProofState) -> float:
        symbols = sum(len(goal.target.split()) for goal in state.goals)
        return self.per_goal * len(state.goals) + self.per_symbol * symbols
