"""V(s) and Q(s, a) of a trained model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lean_env.types import ProofState, Tactic

if TYPE_CHECKING:
    from prover.models.inference import ProofModel


@dataclass(frozen=True, slots=True)
class LearnedValue:
    """The value head of a model as a value function."""

    model: ProofModel

    async def cost_to_go(self, states: Sequence[ProofState]) -> list[float]:
        """Estimated number of remaining tactics, one number per state."""
        return await self.model.values(states)


@dataclass(frozen=True, slots=True)
class LearnedScorer:
    """The step-score head of a model as a step scorer."""

    model: ProofModel

    async def score(self, state: ProofState, tactics: Sequence[Tactic]) -> list[float]:
        """Estimated number of tactics to the end of the proof, each tactic `a` included."""
        (judged,) = await self.model.score_tactics([state], [tactics])
        return [j.q for j in judged]
