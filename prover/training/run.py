"""A whole training: searches in, a model and a report out.

OUT/manifest.json, ledger.jsonl    settings, and the losses step by step
    begin/                         the model that it began with
    state/                         weights and optimizer at the last save
    model/                         the trained model
    report.json, losses.png, calibration.png
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, Literal

import torch
from torch import Tensor

from lean_env.errors import BadInput
from lean_env.types import ProofState
from prover.datasets.records import Search
from prover.datasets.sources import digest
from prover.datasets.sources import searches as searches_in
from prover.models import checkpoint
from prover.models.checkpoint import Checkpoint
from prover.models.folders import MODEL
from prover.models.network import Size
from prover.runs.ledger import Ledger, open_run
from prover.runs.manifest import Manifest, facts
from prover.runs.shard import fraction
from prover.runs.splits import family
from prover.training import plots, start
from prover.training.batches import Batch, Written, write
from prover.training.calibration import figures, imitation, predictions
from prover.training.fit import Lessons, Schedule, curves, fit
from prover.training.lessons import Lesson
from prover.training.objectives import DPO, ILQL, Objective, joint
from prover.training.targets import (
    Leaf,
    Tried,
    outcome_lessons,
    policy_lessons,
    preference_lessons,
    process_lessons,
    thinned,
    unknown,
)

SCHEMA = 1
HELD_OUT = 0.1
"""The part of the theorems that is never trained on."""

Kind = Literal["policy", "process", "outcome", "dpo", "ilql"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """`kind` says what is learned.  It begins with the model in `model`, with the pretrained `base`
    and LoRA, or else with a new decoder of `size`.  `most` tactics of a state are taught at a time.
    """

    kind: Kind
    data: tuple[Path, ...]
    model: Path | None = None
    base: str | None = None
    size: Size = field(default_factory=Size)
    schedule: Schedule = field(default_factory=Schedule)
    most: int = 12
    premises: bool = False


def train(
    training: Training,
    out: Path,
    *,
    resume: bool = False,
    show: Callable[[str], None] = lambda text: None,
) -> dict[str, Any]:
    """Returns the report.  Raises `BadInput` for data or models that cannot be used, and for a
    folder `out` with another run in it."""
    searches = [search for folder in training.data for search in searches_in(folder)]
    searches.sort(key=lambda search: (search.id, search.run))  # not as they happened to end
    manifest = _manifest(training, len(searches))
    with open_run(out, manifest, resume=resume, notice=show) as ledger:
        model = start.begin(out / "begin", partial(_first, training, searches))
        lessons = _lessons(training, searches, model)
        show(f"{len(lessons.taught)} states to learn from, {len(lessons.held_out)} held out")
        objective = _objective(training, model, out / "begin")
        if training.base:
            start.adapt(model.network, model.writer)
        fit(
            model.network,
            model.writer,
            lessons,
            objective,
            training.schedule,
            folder=out,
            ledger=ledger,
            show=show,
        )
        start.merge(model.network)
        return _report(training, searches, model, ledger, out)


def _manifest(training: Training, searches: int) -> Manifest:
    settings = json.loads(json.dumps(asdict(training), default=str))
    settings["data"] = [digest(folder) for folder in training.data]
    return Manifest(
        kind="train",
        schema=SCHEMA,
        settings=settings | {"searches": searches},
        facts=facts(torch=torch.__version__),
    )


def _first(training: Training, searches: Sequence[Search]) -> Checkpoint:
    if training.model:
        return checkpoint.load(training.model)
    if training.base:
        return start.pretrained(training.base)
    if not searches:
        raise BadInput("there are no searches in the data", where=str(training.data[0]))
    seed = training.schedule.seed
    return start.fresh(searches, training.size, seed=seed, premises=training.premises)


Teach = Callable[[Sequence[Tried]], list[Lesson]]


def _lessons(training: Training, searches: Sequence[Search], model: Checkpoint) -> Lessons:
    """Raises `BadInput` when there is nothing to learn."""
    rng = Random(training.schedule.seed)
    taught, held_out = ([Tried.of(search) for search in part] for part in _parted(searches))
    teach = _teach(training, _leaf(training, [*taught, *held_out], model), model, rng)
    below = training.kind == "ilql"
    parts = (thinned(teach(taught), model.network.support.cap, rng), teach(held_out))
    found = [_written(part, model, children=below) for part in parts]
    if not found[0]:
        raise BadInput(
            f"nothing can be learned for `{training.kind}`: {len(searches)} searches, "
            f"{sum(bool(search.proof) for search in searches)} of them with a verified proof",
            where=str(training.data[0]),
        )
    return Lessons(taught=found[0], held_out=found[1])


def _parted(searches: Sequence[Search]) -> tuple[list[Search], list[Search]]:
    """What is trained on, and what is held out: of lemmas that say alike, all or none."""
    parts: tuple[list[Search], list[Search]] = ([], [])
    for search in searches:
        name = family(search.id.partition(", part ")[0])
        parts[fraction(f"held out of training {name}") < HELD_OUT].append(search)
    return parts


def _teach(training: Training, leaf: Leaf, model: Checkpoint, rng: Random) -> Teach:
    """How searches become lessons."""
    cap, most = model.network.support.cap, training.most
    match training.kind:
        case "policy":
            return policy_lessons
        case "process" | "ilql":
            each = partial(process_lessons, cap=cap, leaf=leaf, most=most, rng=rng)
        case "outcome":
            each = partial(outcome_lessons, cap=cap, most=most, rng=rng)
        case "dpo":
            each = partial(preference_lessons, cap=cap, most=most, rng=rng)
    return lambda tried: [lesson for t in tried for lesson in each(t)]


def _written(lessons: Sequence[Lesson], model: Checkpoint, *, children: bool) -> list[Written]:
    names = partial(model.premises.fitting, k=8)
    return [write(lesson, model.writer, names, children=children) for lesson in lessons]


def _leaf(training: Training, tried: Sequence[Tried], model: Checkpoint) -> Leaf:
    """V of states on which nothing was run, under a model that has learned V before."""
    if not _has_learned_costs(model.lineage):
        return unknown
    states = {
        node.state.text: node.state
        for t in tried
        for node in t.graph.nodes
        if not node.edges and node.open
    }
    lessons = [Lesson(state=s, theorem="", tactics=(), value=0.0) for s in states.values()]
    written = _written(lessons, model, children=False)
    found = predictions(model.network, model.writer, written)
    values = {text: p.predicted for text, p in zip(states, found, strict=True)}

    def leaf(state: ProofState) -> float | None:
        return values.get(state.text)

    return leaf


def _has_learned_costs(lineage: Sequence[Mapping[str, Any]]) -> bool:
    """Whether V and Q were trained: imitation alone leaves them at their random first weights."""
    return any(step.get("kind") in ("process", "outcome", "ilql", "dpo") for step in lineage)


def _objective(training: Training, model: Checkpoint, begin: Path) -> Objective:
    match training.kind:
        case "dpo":
            first = checkpoint.load(begin).network

            @torch.no_grad()
            def reference(batch: Batch) -> Tensor:
                logprobs: Tensor = first(batch.packed).logprobs
                return logprobs

            return DPO(reference=reference)
        case "ilql":
            return ILQL()
        case _:
            return joint


def _report(
    training: Training, searches: Sequence[Search], model: Checkpoint, ledger: Ledger, out: Path
) -> dict[str, Any]:
    """Measure on what was held out, with the targets of the process reward for all kinds alike."""
    network = model.network.eval()
    rng = Random(training.schedule.seed)
    teach = _teach(replace(training, kind="process", most=64), unknown, model, rng)
    apart = [Tried.of(search) for search in _parted(searches)[1]]
    lessons = _written(teach(apart), model, children=False)
    imitated = imitation(network, model.writer, lessons)
    rows = list(curves(ledger))
    step = {
        "kind": training.kind,
        "searches": len(searches),
        "verified proofs": sum(bool(search.proof) for search in searches),
        "data": [f"{folder.resolve().name} {digest(folder)}" for folder in training.data],
        "epochs": training.schedule.epochs,
        "losses": _last(rows, training.schedule.epochs),
        "imitation": None if imitated is None else round(imitated, 4),
    }
    trained = replace(model, lineage=[*model.lineage, step])
    found: dict[str, Any] = {}
    if _has_learned_costs(trained.lineage):
        found = figures(predictions(network, model.writer, lessons), network.support.cap)
    checkpoint.save(trained, out / MODEL)
    report = step | {"calibration": found}
    text = json.dumps(report, ensure_ascii=False, indent=1)
    (out / "report.json").write_text(text + "\n", encoding="utf-8")
    plots.losses(rows, out / "losses.png")
    if found:
        plots.calibration(found, out / "calibration.png")
    return report


def _last(rows: Sequence[tuple[int, str, dict[str, float]]], epochs: int) -> dict[str, Any]:
    """The losses in the end: on what was taught, the mean of the last epoch's logged steps."""
    began = max(step for step, _, _ in rows) * (epochs - 1) / epochs
    taught = [parts for step, kind, parts in rows if kind == "taught" and step > began]
    means = {n: round(sum(parts[n] for parts in taught) / len(taught), 4) for n in taught[0]}
    held_out = [parts for _, kind, parts in rows if kind == "held_out"]
    return {"taught": means, "held_out": held_out[-1]}
