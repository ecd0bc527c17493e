"""The plan of expert iteration: theorems, settings, training and number of rounds."""

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
    """What the loop searches, trains on and measures with.

    Attributes:
        suite: Name, variant and digest of the suite that the statements are from.
        train: Statements to collect data from; each round takes the next `theorems` of them, and
            starts over after the last.
        valid: Statements that each candidate is measured on.
        settings: Settings of all searches; their policy and value are the initial system.
        course: How candidates are trained.
        rounds: Number of rounds.
        theorems: Number of statements of `train` that a round searches.
        data: Collections or releases that every candidate is trained on as well.
    """

    suite: Mapping[str, str]
    train: Sequence[Statement]
    valid: Sequence[Statement]
    settings: Settings
    course: CandidateTraining
    rounds: int
    theorems: int
    data: Sequence[Path] = field(default=())

    def theorems_for_round(self, number: int) -> list[Statement]:
        """Select the statements that round `number` (from 1) collects data from."""
        count = min(self.theorems, len(self.train))
        start = (number - 1) * count
        return [self.train[i % len(self.train)] for i in range(start, start + count)]


def loop_manifest(plan: LoopPlan, launch: LaunchSpec) -> Manifest:
    """Make the manifest of a loop.

    The number of rounds is left out, so that a finished loop can be resumed with more rounds.

    Args:
        plan: What the loop does.
        launch: The Lean that it runs.
    """
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
            **plan.settings.recorded,
            "lean": {"kind": launch.kind, "version": launch.version},
        },
        facts=environment_facts(workers=plan.settings.workers),
    )
