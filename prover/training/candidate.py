"""How the loop trains a candidate: the policy first, then V and Q on top of it.

It begins with new weights each time, on the data of all rounds: the network is small, so that costs
minutes, its words and premises are those of all data, and what came first does not weigh more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from prover.models.network import DecoderSize
from prover.training.fit import TrainingSchedule
from prover.training.train import TrainingConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateTraining:
    """V and Q are trained with the policy's loss beside theirs: it keeps what it knows.
    `premises`: lemmas of the data are named in prompts."""

    size: DecoderSize = field(default_factory=DecoderSize)
    policy: TrainingSchedule = field(default_factory=TrainingSchedule)
    value: TrainingSchedule = field(default_factory=TrainingSchedule)
    premises: bool = True

    def policy_config(self, data: Sequence[Path]) -> TrainingConfig:
        return TrainingConfig(
            kind="policy",
            data=tuple(data),
            size=self.size,
            schedule=self.policy,
            premises=self.premises,
        )

    def value_config(self, data: Sequence[Path], model: Path) -> TrainingConfig:
        """On top of the policy in `model`."""
        return TrainingConfig(kind="process", data=tuple(data), model=model, schedule=self.value)
