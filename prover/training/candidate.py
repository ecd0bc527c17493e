"""How expert iteration trains a candidate: the policy first, then V and Q on top of it.

Each candidate starts from random weights and is trained on the data of all rounds: with a small
network this takes minutes, tokenizer and premises cover all data, and early data get no more weight
than late data.
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
    """Settings of the two trainings of a candidate.

    The second includes the policy's loss, so that the policy is not forgotten.

    Attributes:
        size: Size of the decoder.
        policy: Schedule of the policy's training.
        value: Schedule of the training of V and Q.
        premises: Whether prompts name lemmas of the data.
    """

    size: DecoderSize = field(default_factory=DecoderSize)
    policy: TrainingSchedule = field(default_factory=TrainingSchedule)
    value: TrainingSchedule = field(default_factory=TrainingSchedule)
    premises: bool = True

    def policy_config(self, data: Sequence[Path]) -> TrainingConfig:
        """Configure imitation of verified proofs in `data`, from random weights."""
        return TrainingConfig(
            kind="policy",
            data=tuple(data),
            size=self.size,
            schedule=self.policy,
            premises=self.premises,
        )

    def value_config(self, data: Sequence[Path], model: Path) -> TrainingConfig:
        """Configure training of V and Q on `data`, starting from the policy in `model`."""
        return TrainingConfig(kind="process", data=tuple(data), model=model, schedule=self.value)
