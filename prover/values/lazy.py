"""V(s) and Q(s, a) of a model that loads while the search runs."""

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
"""V and Q, in tactics, before the model is loaded.

A middle value, so that the first states rank neither before all later ones nor behind them."""


@dataclass(frozen=True, slots=True)
class LazyValue:
    """V(s) of a model that loads in the background; until then `UNKNOWN`.

    Loading begins when the search is two tactics deep: what it proves before never needs the model,
    and loading would take processors from Lean.
    """

    loading: BackgroundLoad[ProofModel]

    async def cost_to_go(self, states: Sequence[ProofState]) -> list[float]:
        """Estimated number of remaining tactics, one number per state."""
        if any(state.origin and state.origin.parent.origin for state in states):
            self.loading.begin()
        model = self.loading.result()
        return await LearnedValue(model).cost_to_go(states) if model else [UNKNOWN] * len(states)


@dataclass(frozen=True, slots=True)
class LazyScorer:
    """Q(s, a) of a model that loads in the background; until then `UNKNOWN`.

    Equal scores keep the policy's order.  Loading begins when the search continues from a state
    other than the first.
    """

    loading: BackgroundLoad[ProofModel]

    async def score(self, state: ProofState, tactics: Sequence[Tactic]) -> list[float]:
        """Estimated number of tactics to the end of the proof, each tactic `a` included."""
        if state.origin:
            self.loading.begin()
        model = self.loading.result()
        return (
            await LearnedScorer(model).score(state, tactics) if model else [UNKNOWN] * len(tactics)
        )
