"""What `qstar loop` does, once its options are read."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.suites.catalog import find_suite
from benchmarks.suites.types import select
from prover.cli.support.exits import complain
from prover.config import Settings
from prover.expert_iteration.plan import Plan
from prover.expert_iteration.rounds import loop
from prover.lean_setup import prepare_lean
from prover.runs.ledger import Row
from prover.training.course import Course


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    out: Path
    suite: str
    settings: Settings
    course: Course
    rounds: int
    theorems: int
    valid: int | None
    data: Sequence[Path]
    resume: bool


def go_round(request: Request) -> list[Row]:
    launch, launch_for = prepare_lean()
    suite = asyncio.run(find_suite(request.suite, launch_for))
    plan = Plan(
        suite={"name": suite.name, "variant": suite.variant, "digest": suite.digest},
        train=select(suite, split="train").entries,
        valid=select(suite, split="valid", limit=request.valid).entries,
        settings=request.settings,
        course=request.course,
        rounds=request.rounds,
        theorems=request.theorems,
        data=request.data,
    )
    return loop(request.out, plan, launch, launch_for, resume=request.resume, show=complain)
