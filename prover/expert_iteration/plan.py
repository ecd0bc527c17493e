"""What a loop is to do."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from lean_env.toolchain.launch import LaunchSpec
from prover.config import Settings
from prover.datasets.collect import Statement
from prover.datasets.sources import digest
from prover.runs.manifest import Manifest, environment_facts

if TYPE_CHECKING:
    from prover.training.candidate import CandidateTraining

KIND, SCHEMA = "loop", 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopPlan:
    """`settings` are those of all searches; the system that the loop begins with is their policy
    and value.  Each round searches the next `theorems` of `train`, from the beginning again after
    the last, and measures on all of `valid`.  `suite` says which statements these are: name,
    variant, digest.  `data` are collections or releases that all trainings have as well."""

    suite: Mapping[str, str]
    train: Sequence[Statement]
    valid: Sequence[Statement]
    settings: Settings
    course: CandidateTraining
    rounds: int
    theorems: int
    data: Sequence[Path] = field(default=())

    def theorems_for_round(self, number: int) -> list[Statement]:
        """What round `number`, from 1, searches."""
        count = min(self.theorems, len(self.train))
        start = (number - 1) * count
        return [self.train[i % len(self.train)] for i in range(start, start + count)]


def loop_manifest(plan: LoopPlan, launch: LaunchSpec) -> Manifest:
    """`rounds` is no setting: a loop may go on for more of them."""
    return Manifest(
        kind=KIND,
        schema=SCHEMA,
        settings={
            "suite": dict(plan.suite),
            "train": len(plan.train),
            "valid": len(plan.valid),
            "theorems": plan.theorems,
            "data": [digest(folder) for folder in plan.data],
            "course": json.loads(json.dumps(asdict(plan.course))),
            **plan.settings.deciding,
            "lean": {"kind": launch.kind, "version": launch.version},
        },
        facts=environment_facts(workers=plan.settings.workers),
    )
