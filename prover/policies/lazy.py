"""A policy whose parts may still be loading."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from lean_env.types import ProofState
from prover.graph.store import node_key
from prover.models.background import BackgroundLoad
from prover.policies.mixture import Mixture, WeightedPolicy
from prover.types import FailedProof, Proposal

LazyPart: TypeAlias = tuple[BackgroundLoad[Any], Callable[[Any], WeightedPolicy]]
"""What has to be loaded, and the part that it then makes."""


class LazyPolicy:
    """A mixture of `parts`, which lazily loaded parts join once they are ready.

    Loading begins when a search calls for more than the first tactics of a theorem: what these
    prove never needs it, and it would take processors from Lean.  So results depend on timing.  A
    second call for a state waits for the lazy parts, and returns tactics of all.
    """

    def __init__(self, parts: Sequence[WeightedPolicy], lazy: Sequence[LazyPart]) -> None:
        self._parts, self._lazy = list(parts), list(lazy)
        self._now = Mixture(self._parts)
        self._incomplete: set[object] = set()  # the states whose last answer was not of all

    async def propose(self, states: Sequence[ProofState], k: int) -> list[list[Proposal]]:
        """Propose up to `k` tactics per state, most probable first; see `prover.types.Policy`."""
        if self._lazy:
            await self._look(states)
        requested = {node_key(state) for state in states}
        if self._lazy:
            self._incomplete |= requested
        else:
            self._incomplete -= requested
        return await self._now.propose(states, k)

    async def repair(self, failed: Sequence[FailedProof], k: int) -> list[list[Proposal]]:
        """Propose corrections of failed proofs; see `prover.types.RepairingPolicy`."""
        return await self._now.repair(failed, k)

    def has_more_later(self, state: ProofState) -> bool:
        """Whether the last answer for `state` lacked the tactics of a lazy part."""
        return node_key(state) in self._incomplete

    async def _look(self, states: Sequence[ProofState]) -> None:
        if any(self.has_more_later(state) for state in states):
            await asyncio.gather(*(loading.ready() for loading, _ in self._lazy))
        elif any(state.origin for state in states):
            for loading, _ in self._lazy:
                loading.begin()
        for part in list(self._lazy):
            loading, make = part
            if loaded := loading.result():
                self._lazy.remove(part)
                self._parts.append(make(loaded))
                self._now = Mixture(self._parts)
