"""Cost-to-go without learning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lean_env.types import ProofState


@dataclass(frozen=True, slots=True)
class Constant:
    """The same for every state.  With 0, f = g: uniform-cost search."""

    cost: float = 0.0

    async def cost_to_go(self, states: Sequence[ProofState]) -> list[float]:
        return [self.cost] * len(states)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalSize:
    """Many goals and long targets take many tactics: a rule of thumb, not a bound."""

    per_goal: float = 1.0
    per_symbol: float = 0.05

    async def cost_to_go(self, states: Sequence[ProofState]) -> list[float]:
        return [self._one(state) for state in states]

    def _one(self, state: ProofState) -> float:
        symbols = sum(len(goal.target.split()) for goal in state.goals)
        return self.per_goal * len(state.goals) + self.per_symbol * symbols
