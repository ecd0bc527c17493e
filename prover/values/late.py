"""V(s) and Q(s, a) of a model, once it is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lean_env.types import ProofState, Tactic
from prover.models.background import BackgroundLoad
from prover.values.learned import LearnedScorer, LearnedValue

if TYPE_CHECKING:
    from prover.models.inference import ProofModel

UNKNOWN = 5.0
"""Until then: between what is near its end and what has none, so that the states that were met
first wait neither before all later ones nor behind them."""


@dataclass(frozen=True, slots=True)
class LateValue:
    """Loading begins when the search has gone two tactics deep: what it proves before never needs
    the model, and loading would take processors from Lean."""

    loading: BackgroundLoad[ProofModel]

    async def cost_to_go(self, states: Sequence[ProofState]) -> list[float]:
        if any(state.origin and state.origin.parent.origin for state in states):
            self.loading.begin()
        model = self.loading.result()
        return await LearnedValue(model).cost_to_go(states) if model else [UNKNOWN] * len(states)


@dataclass(frozen=True, slots=True)
class LateScorer:
    """Until the model is loaded all tactics are alike: they keep the policy's order.  Loading
    begins when the search goes on from another state than the first."""

    loading: BackgroundLoad[ProofModel]

    async def score(self, state: ProofState, tactics: Sequence[Tactic]) -> list[float]:
        if state.origin:
            self.loading.begin()
        model = self.loading.result()
        return (
            await LearnedScorer(model).score(state, tactics) if model else [UNKNOWN] * len(tactics)
        )
