"""The tactics of a model of our own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lean_env.types import ProofState, Tactic
from prover.types import Proposal

if TYPE_CHECKING:
    from prover.models.inference import ProofModel


class LearnedPolicy:
    """Proposes what the model writes, and says how probable anybody's tactics are under it."""

    def __init__(self, model: ProofModel) -> None:
        self._model = model

    @classmethod
    def load(cls, folder: str, *, seed: int | None = None) -> LearnedPolicy:
        """With a `seed`, tactics are sampled; otherwise they are the most probable ones.  Raises
        `BadInput` when there is no model in `folder`."""
        from prover.models.inference import InferenceConfig, ProofModel

        sampled = InferenceConfig() if seed is None else InferenceConfig(sampled=True, seed=seed)
        return cls(ProofModel.shared(Path(folder), sampled))

    async def propose(self, states: Sequence[ProofState], k: int) -> list[list[Proposal]]:
        found = await self._model.generate(states, k)
        source = f"model.{self._model.name}"
        return [
            [Proposal(s.tactic, min(s.logprob, 0.0), source, s.tokens) for s in samples]
            for samples in found
        ]

    async def logprobs(
        self, states: Sequence[ProofState], tactics: Sequence[Sequence[Tactic]]
    ) -> list[list[float]]:
        judged = await self._model.score_tactics(states, tactics)
        return [[min(j.logprob, 0.0) for j in row] for row in judged]
