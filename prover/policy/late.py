"""A model that joins the other policies when it is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lean_env.types import ProofState
from prover.loading import Loading
from prover.policy.learned import Learned
from prover.policy.mixture import Mixture
from prover.types import Policy, Proposal

if TYPE_CHECKING:
    from prover.model.inference import ProofModel


class Late:
    """The mixture of `policies` alone, and with the model as one more of them once it is loaded.

    Loading begins when a search asks for more than the first tactics of a theorem: what these prove
    never needs it, and it would take processors from Lean.  What a search finds depends on when it
    ends.
    """

    def __init__(self, policies: Sequence[Policy], loading: Loading[ProofModel]) -> None:
        self._policies, self._loading = list(policies), loading
        self._now: Policy = Mixture([(policy, 1.0) for policy in policies])
        self._begun: set[str] = set()
        self._complete = False

    async def propose(self, states: Sequence[ProofState], k: int) -> list[list[Proposal]]:
        if not self._complete:
            self._look(states)
        return await self._now.propose(states, k)

    def _look(self, states: Sequence[ProofState]) -> None:
        if any(state.origin or state.key in self._begun for state in states):
            self._loading.begin()
        self._begun.update(state.key for state in states)
        if model := self._loading.result():
            self._now = Mixture([(policy, 1.0) for policy in (*self._policies, Learned(model))])
            self._complete = True
