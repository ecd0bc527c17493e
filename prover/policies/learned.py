"""The tactics of a trained model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lean_env.types import ProofState, Tactic
from prover.types import Proposal

if TYPE_CHECKING:
    from prover.models.inference import ProofModel


class LearnedPolicy:
    """Proposes the model's own tactics, and computes the logprobs of any others under it."""

    def __init__(self, model: ProofModel) -> None:
        self._model = model

    @classmethod
    def load(cls, folder: str, *, seed: int | None = None) -> LearnedPolicy:
        """Load a model.

        Args:
            folder: The folder of the model.
            seed: For sampling; None generates the most probable tactics instead.

        Raises:
            BadInput: There is no model in `folder`.
        """
        from prover.models.inference import InferenceConfig, ProofModel

        sampled = InferenceConfig() if seed is None else InferenceConfig(sampled=True, seed=seed)
        return cls(ProofModel.shared(Path(folder), sampled))

    async def propose(self, states: Sequence[ProofState], k: int) -> list[list[Proposal]]:
        """Propose up to `k` tactics per state, most probable first; see `prover.types.Policy`."""
        found = await self._model.generate(states, k)
        source = f"model.{self._model.name}"
        return [
            [Proposal(s.tactic, min(s.logprob, 0.0), source, s.tokens) for s in samples]
            for samples in found
        ]

    async def logprobs(
        self, states: Sequence[ProofState], tactics: Sequence[Sequence[Tactic]]
    ) -> list[list[float]]:
        """Compute log P(a | s) under the model, one list per state in the order of `tactics`."""
        judged = await self._model.score_tactics(states, tactics)
        return [[min(j.logprob, 0.0) for j in row] for row in judged]
