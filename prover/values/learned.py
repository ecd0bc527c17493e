"""V(s) and Q(s, a) of a model of our own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lean_env.types import ProofState, Tactic

if TYPE_CHECKING:
    from prover.models.inference import ProofModel


@dataclass(frozen=True, slots=True)
class LearnedValue:
    model: ProofModel

    async def cost_to_go(self, states: Sequence[ProofState]) -> list[float]:
        return await self.model.values(states)


@dataclass(frozen=True, slots=True)
class LearnedScorer:
    model: ProofModel

    async def score(self, state: ProofState, tactics: Sequence[Tactic]) -> list[float]:
        (judged,) = await self.model.score_tactics([state], [tactics])
        return [j.q for j in judged]
