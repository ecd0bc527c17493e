"""A policy that joins others when what it needs is loaded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from lean_env.types import ProofState
from prover.loading import Loading
from prover.policy.mixture import Mixture, Part
from prover.types import Policy, Proposal

T = TypeVar("T")


class Late(Generic[T]):
    """The mixture of `parts` alone, and with what `make` makes as one more of them once that is
    loaded.

    Loading begins when a search asks for more than the first tactics of a theorem: what these prove
    never needs it, and it would take processors from Lean.  What a search finds depends on when it
    ends.
    """

    def __init__(
        self, parts: Sequence[Part], loading: Loading[T], make: Callable[[T], Part]
    ) -> None:
        self._parts, self._loading, self._make = list(parts), loading, make
        self._now: Policy = Mixture(self._parts)
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
        if loaded := self._loading.result():
            self._now = Mixture([*self._parts, self._make(loaded)])
            self._complete = True
