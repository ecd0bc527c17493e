"""Rounds of expert iteration: search, train a candidate, measure it, promote it if it is better.

Layout of the output folder::

    OUT/manifest.json, ledger.jsonl    settings; the outcome of each round
        round-0/valid/                 the initial system on the valid split
        round-1/manifest.json, ledger.jsonl    the incumbent; the finished stages
                train/                 searches of the train split by the incumbent
                policy/, value/        the candidate's training runs, see `prover.training.train`
                valid/                 the candidate on the valid split
                model/                 the candidate, if it was promoted

After a kill every stage resumes from what it has stored.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lean_env.errors import BadInput, BrokenEnvironment
from lean_env.toolchain.launch import LaunchSpec
from lean_env.wire.client import LaunchFactory
from prover.config import POLICY, Settings
from prover.datasets.collect import (
    CollectionProgress,
    CollectionTask,
    Statement,
    collect,
    progress_line,
)
from prover.datasets.sources import splits
from prover.expert_iteration.plan import SCHEMA, LoopPlan, loop_manifest
from prover.expert_iteration.promotion import (
    PromotionDecision,
    decide_promotion,
    finished_searches,
    proved_ids,
)
from prover.runs.concurrency import stop_on_interrupt
from prover.runs.ledger import Ledger, Row, open_run
from prover.runs.manifest import Manifest, environment_facts
from prover.runs.progress import SILENT, Progress

if TYPE_CHECKING:
    from prover.training.train import TrainingConfig

MAX_BROKEN_SHARE = 0.1
"""Largest share of a stage's theorems that may be lost to broken Lean processes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """The learned part of the settings: the names of a policy and a value."""

    policy: str
    value: str

    @classmethod
    def with_model(cls, folder: Path) -> System:
        """Combine the default policy with a model's cost-to-go.

        The model's own tactics are left out: so far they cost more Lean calls than they saved.

        Args:
            folder: The model's folder.
        """
        return cls(policy=POLICY, value=f"learned:{folder}")

    def put_into(self, settings: Settings) -> Settings:
        """Return `settings` with this policy and value in place of its own."""
        return replace(settings, policy=self.policy, value=self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incumbent:
    """The best system so far, and the round that measured it on the valid split."""

    round: int
    system: System


def run_loop(
    out: Path,
    plan: LoopPlan,
    launch: LaunchSpec,
    launch_for: LaunchFactory,
    *,
    resume: bool = False,
    show: Callable[[str], None] = lambda _: None,
    progress: Progress = SILENT,
) -> list[Row]:
    """Run the rounds of a loop that are not done yet.

    Args:
        out: The loop's folder.
        plan: What each round does.
        launch: The Lean that is run.
        launch_for: Starts it for a header.
        resume: Whether a loop that is already in `out` may be continued.
        show: Called with a line at the start and the end of each stage.
        progress: Told how far the stage in progress is.

    Returns:
        The ledger row of each round.

    Raises:
        KeyboardInterrupt: Ctrl-C ended a stage.
        BadInput: `out` holds something else, the plan lacks theorems or trains on what it
            measures on, or there is nothing to learn from.
        BrokenEnvironment: Too many theorems of a stage were lost to broken Lean processes.
    """
    if not plan.train or not plan.valid:
        raise BadInput("a loop needs theorems to learn from and others to measure on")
    _never_train_on_what_measures(plan)
    out = out.resolve()  # models are named by their folder
    with open_run(out, loop_manifest(plan, launch), resume=resume, notice=show) as ledger:
        for number in range(plan.rounds + 1):
            if f"round {number}" not in ledger.done:
                incumbent = _incumbent(out, plan, ledger)
                one = _Round(out, plan, launch, launch_for, number, incumbent, show, progress)
                ledger.append({"id": f"round {number}", "round": number, **one.do()})
        return ledger.rows


def _never_train_on_what_measures(plan: LoopPlan) -> None:
    for folder in plan.data:
        if found := splits(folder) & {"valid", "test"}:
            raise BadInput(
                f"holds searches of the {' and the '.join(sorted(found))} split",
                where=str(folder),
                remedy="train on data that were collected with --split train",
            )


def _incumbent(out: Path, plan: LoopPlan, ledger: Ledger) -> Incumbent:
    """Return the model of the last promoted round, or else the initial system."""
    promoted = [row["round"] for row in ledger.rows if row.get("promoted")]
    if not promoted:
        first = System(policy=plan.settings.policy_name, value=plan.settings.value_name)
        return Incumbent(round=0, system=first)
    model = out / f"round-{promoted[-1]}" / "model"
    return Incumbent(round=promoted[-1], system=System.with_model(model))


@dataclass(frozen=True, slots=True)
class _Round:
    out: Path
    plan: LoopPlan
    launch: LaunchSpec
    launch_for: LaunchFactory
    number: int
    incumbent: Incumbent
    show: Callable[[str], None]
    progress: Progress
    folder: Path = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "folder", self.out / f"round-{self.number}")

    def do(self) -> dict[str, Any]:
        """Run the stages that are not done yet and return the round's ledger row."""
        manifest = Manifest(
            kind="round",
            schema=SCHEMA,
            settings={"round": self.number, "standing": asdict(self.incumbent)},
            facts=environment_facts(),
        )
        with open_run(self.folder, manifest, resume=True, notice=self._say) as ledger:
            if self.number == 0:
                self._stage(ledger, "valid", lambda: self._measure(self.plan.settings))
                return {"proved": _row(ledger, "valid")["proved"]}
            self._stage(ledger, "train", self._collect)
            self._stage(ledger, "policy", self._train_policy)
            self._stage(ledger, "value", self._train_value)
            candidate = System.with_model(self.folder / "value" / "model")
            settings = candidate.put_into(self.plan.settings)
            self._stage(ledger, "valid", lambda: self._measure(settings))
            decision = decide_promotion(
                self.out / f"round-{self.incumbent.round}" / "valid", self._valid
            )
            if decision.promoted:
                self._promote(decision)
            self._say(decision.why)
            return decision.row()

    @property
    def _valid(self) -> Path:
        return self.folder / "valid"

    def _stage(self, ledger: Ledger, name: str, work: Callable[[], dict[str, Any]]) -> None:
        """Run a stage unless the ledger says that it is done."""
        if name not in ledger.done:
            self._say(f"{name} begins")
            ledger.append({"id": name, **work()})

    def _collect(self) -> dict[str, Any]:
        settings = self.incumbent.system.put_into(self.plan.settings)
        seeded = replace(settings, seed=settings.seed + self.number)
        return self._search("train", self.plan.theorems_for_round(self.number), seeded)

    def _measure(self, settings: Settings) -> dict[str, Any]:
        return self._search("valid", self.plan.valid, settings)

    def _search(
        self, name: str, statements: Sequence[Statement], settings: Settings
    ) -> dict[str, Any]:
        task = CollectionTask(suite=dict(self.plan.suite), statements=statements, settings=settings)
        collected, stopped = asyncio.run(self._collect_into(name, task))
        if stopped:
            raise KeyboardInterrupt
        self._say(f"{name}: {progress_line(collected)}")
        if collected.broken > MAX_BROKEN_SHARE * len(statements):
            raise BrokenEnvironment(
                f"{collected.broken} of {len(statements)} theorems could not be searched because "
                "Lean's processes kept ending",
                remedy="The same command with --resume tries them again.",
            )
        proved = len(proved_ids(finished_searches(self.folder / name)))
        return {"theorems": len(statements), "proved": proved, "broken": collected.broken}

    async def _collect_into(
        self, name: str, task: CollectionTask
    ) -> tuple[CollectionProgress, bool]:
        """Run `collect`; also returns whether Ctrl-C stopped it."""
        with stop_on_interrupt() as stop:
            collected = await collect(
                self.folder / name,
                task,
                self.launch,
                self.launch_for,
                resume=True,
                stop=stop,
                notice=self._say,
                progress=self.progress,
            )
            return collected, stop.is_set()

    @property
    def _data(self) -> list[Path]:
        """The plan's data and what the rounds so far have collected."""
        own = [self.out / f"round-{n}" / "train" for n in range(1, self.number + 1)]
        return [*self.plan.data, *own]

    def _train_policy(self) -> dict[str, Any]:
        training = self.plan.course.policy_config(self._data)
        return self._train(training, "policy")

    def _train_value(self) -> dict[str, Any]:
        training = self.plan.course.value_config(self._data, self.folder / "policy" / "model")
        return self._train(training, "value")

    def _train(self, training: TrainingConfig, name: str) -> dict[str, Any]:
        from prover.training.train import train

        report = train(
            training, self.folder / name, resume=True, show=self._say, progress=self.progress
        )
        return _losses(report)

    def _promote(self, decision: PromotionDecision) -> None:
        """Save the candidate as the round's model, with the decision's figures in its lineage."""
        from prover.models import checkpoint

        candidate = checkpoint.load(self.folder / "value" / "model")
        settings = self.plan.settings
        figures = {
            "round": self.number,
            "measured on": f"{self.plan.suite['name']}, valid",
            "lean calls": settings.max_lean_calls,
            "search": settings.search_name,
            "against": f"round {self.incumbent.round}",
            **decision.row(),
        }
        lineage = [*candidate.lineage, figures]
        checkpoint.save(replace(candidate, lineage=lineage), self.folder / "model")

    def _say(self, text: str) -> None:
        self.show(f"round {self.number}: {text}")


def _row(ledger: Ledger, id: str) -> Row:
    return next(row for row in ledger.rows if row["id"] == id)


def _losses(report: dict[str, Any]) -> dict[str, Any]:
    return {"losses": report["losses"], "imitation": report["imitation"]}
