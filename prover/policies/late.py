"""Policies that join others when what they need is loaded."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from lean_env.types import ProofState
from prover.graph.store import node_key
from prover.models.background import BackgroundLoad
from prover.policies.mixture import Mixture, WeightedPolicy
from prover.types import Policy, Proposal

LatePart: TypeAlias = tuple[BackgroundLoad[Any], Callable[[Any], WeightedPolicy]]
"""What has to be loaded, and the part that it then makes."""


class LatePolicy:
    """The mixture of `parts` alone, and of those and of each late part once that is loaded.

    Loading begins when a search asks for more than the first tactics of a theorem: what these prove
    never needs it, and it would take processors from Lean.  What a search finds depends on when it
    ends.  A state that is asked for again gets the tactics of all: that waits for the late parts.
    """

    def __init__(self, parts: Sequence[WeightedPolicy], late: Sequence[LatePart]) -> None:
        self._parts, self._late = list(parts), list(late)
        self._now: Policy = Mixture(self._parts)
        self._lacking: set[object] = set()  # the states whose last answer was not of all

    async def propose(self, states: Sequence[ProofState], k: int) -> list[list[Proposal]]:
        if self._late:
            await self._look(states)
        asked = {node_key(state) for state in states}
        if self._late:
            self._lacking |= asked
        else:
            self._lacking -= asked
        return await self._now.propose(states, k)

    def has_more_later(self, state: ProofState) -> bool:
        return node_key(state) in self._lacking

    async def _look(self, states: Sequence[ProofState]) -> None:
        if any(self.has_more_later(state) for state in states):
            await asyncio.gather(*(loading.ready() for loading, _ in self._late))
        elif any(state.origin for state in states):
            for loading, _ in self._late:
                loading.begin()
        for part in list(self._late):
            loading, make = part
            if loaded := loading.result():
                self._late.remove(part)
                self._parts.append(make(loaded))
                self._now = Mixture(self._parts)
