"""How the loop trains a candidate: the policy first, then V and Q on top of it.

It begins with new weights each time, on the data of all rounds: the network is small, so that costs
minutes, its words and premises are those of all data, and what came first does not weigh more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from prover.models.network import Size
from prover.training.fit import Schedule
from prover.training.run import Training


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """V and Q are trained with the policy's loss beside theirs: it keeps what it knows.
    `premises`: lemmas of the data are named in prompts."""

    size: Size = field(default_factory=Size)
    policy: Schedule = field(default_factory=Schedule)
    value: Schedule = field(default_factory=Schedule)
    premises: bool = True

    def of_policy(self, data: Sequence[Path]) -> Training:
        return Training(
            kind="policy",
            data=tuple(data),
            size=self.size,
            schedule=self.policy,
            premises=self.premises,
        )

    def of_value(self, data: Sequence[Path], model: Path) -> Training:
        """On top of the policy in `model`."""
        return Training(kind="process", data=tuple(data), model=model, schedule=self.value)
