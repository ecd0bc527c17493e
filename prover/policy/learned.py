"""The tactics of a model of our own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lean_env.types import ProofState, Tactic
from prover.types import Proposal

if TYPE_CHECKING:
    from prover.model.inference import ProofModel


class Learned:
    """Proposes what the model writes, and says how probable anybody's tactics are under it."""

    def __init__(self, model: ProofModel) -> None:
        self._model = model

    async def propose(self, states: Sequence[ProofState], k: int) -> list[list[Proposal]]:
        found = await self._model.tactics(states, k)
        names = [[tactic for tactic, _ in tactics] for tactics in found]
        logprobs = await self.logprobs(states, names)
        source = f"model.{self._model.name}"
        return [
            [Proposal(t, p, source, n) for (t, n), p in zip(tactics, ps, strict=True)]
            for tactics, ps in zip(found, logprobs, strict=True)
        ]

    async def logprobs(
        self, states: Sequence[ProofState], tactics: Sequence[Sequence[Tactic]]
    ) -> list[list[float]]:
        judged = await self._model.judge(states, tactics)
        return [[min(j.logprob, 0.0) for j in row] for row in judged]
