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
from prover.models.network import DecoderSize
from prover.runs.ledger import Ledger, open_run
from prover.runs.manifest import Manifest, environment_facts
from prover.runs.partition import hash_fraction, lemma_family
from prover.runs.progress import SILENT, Progress
from prover.training import initial_model, plots
from prover.training.batches import Batch, TokenizedExample, tokenize
from prover.training.calibration import calibration_report, imitation_loss, predictions
from prover.training.examples import TrainingExample
from prover.training.fit import TrainingData, TrainingSchedule, fit, loss_curves
from prover.training.objectives import DPO, ILQL, Objective, joint_loss
from prover.training.targets import (
    AnalyzedSearch,
    LeafValue,
    no_leaf_value,
    outcome_examples,
    policy_examples,
    preference_examples,
    process_examples,
    subsample,
)

SCHEMA = 1
HELD_OUT_SHARE = 0.1
"""The part of the theorems that is never trained on."""

TrainingKind = Literal["policy", "process", "outcome", "dpo", "ilql"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingConfig:
    """`kind` says what is learned.  It begins with the model in `model`, with the pretrained `base`
    and LoRA, or else with a new decoder of `size`.  `most` tactics of a state are taught at a time.
    """

    kind: TrainingKind
    data: tuple[Path, ...]
    model: Path | None = None
    base: str | None = None
    size: DecoderSize = field(default_factory=DecoderSize)
    schedule: TrainingSchedule = field(default_factory=TrainingSchedule)
    most: int = 12
    premises: bool = False


def train(
    training: TrainingConfig,
    out: Path,
    *,
    resume: bool = False,
    show: Callable[[str], None] = lambda text: None,
    progress: Progress = SILENT,
) -> dict[str, Any]:
    """Returns the report.  Raises `BadInput` for data or models that cannot be used, and for a
    folder `out` with another run in it."""
    searches = [search for folder in training.data for search in searches_in(folder)]
    searches.sort(key=lambda search: (search.id, search.run))  # not as they happened to end
    manifest = _manifest(training, len(searches))
    with open_run(out, manifest, resume=resume, notice=show) as ledger:
        model = initial_model.load_or_create(out / "begin", partial(_first, training, searches))
        examples = _examples(training, searches, model)
        show(f"{len(examples.taught)} states to learn from, {len(examples.held_out)} held out")
        objective = _objective(training, model, out / "begin")
        if training.base:
            initial_model.add_lora(model.network, model.encoder)
        fit(
            model.network,
            model.encoder,
            examples,
            objective,
            training.schedule,
            folder=out,
            ledger=ledger,
            progress=progress,
        )
        initial_model.merge_lora(model.network)
        return _report(training, searches, model, ledger, out)


def _manifest(training: TrainingConfig, searches: int) -> Manifest:
    settings = json.loads(json.dumps(asdict(training), default=str))
    settings["data"] = [digest(folder) for folder in training.data]
    return Manifest(
        kind="train",
        schema=SCHEMA,
        settings=settings | {"searches": searches},
        facts=environment_facts(torch=torch.__version__),
    )


def _first(training: TrainingConfig, searches: Sequence[Search]) -> Checkpoint:
    if training.model:
        return checkpoint.load(training.model)
    if training.base:
        return initial_model.from_pretrained(training.base)
    if not searches:
        raise BadInput("there are no searches in the data", where=str(training.data[0]))
    seed = training.schedule.seed
    return initial_model.new_model(searches, training.size, seed=seed, premises=training.premises)


ExampleMaker = Callable[[Sequence[AnalyzedSearch]], list[TrainingExample]]


def _examples(
    training: TrainingConfig, searches: Sequence[Search], model: Checkpoint
) -> TrainingData:
    """Raises `BadInput` when there is nothing to learn."""
    rng = Random(training.schedule.seed)
    taught, held_out = (
        [AnalyzedSearch.of(search) for search in part] for part in _parted(searches)
    )
    teach = _teach(training, _leaf(training, [*taught, *held_out], model), model, rng)
    below = training.kind == "ilql"
    parts = (subsample(teach(taught), model.network.value_bins.cap, rng), teach(held_out))
    found = [_written(part, model, children=below) for part in parts]
    if not found[0]:
        raise BadInput(
            f"nothing can be learned for `{training.kind}`: {len(searches)} searches, "
            f"{sum(bool(search.proof) for search in searches)} of them with a verified proof",
            where=str(training.data[0]),
        )
    return TrainingData(taught=found[0], held_out=found[1])


def _parted(searches: Sequence[Search]) -> tuple[list[Search], list[Search]]:
    """What is trained on, and what is held out: of lemmas that say alike, all or none."""
    parts: tuple[list[Search], list[Search]] = ([], [])
    for search in searches:
        name = lemma_family(search.id.partition(", part ")[0])
        parts[hash_fraction(f"held out of training {name}") < HELD_OUT_SHARE].append(search)
    return parts


def _teach(
    training: TrainingConfig, leaf: LeafValue, model: Checkpoint, rng: Random
) -> ExampleMaker:
    """How searches become examples."""
    cap, most = model.network.value_bins.cap, training.most
    match training.kind:
        case "policy":
            return policy_examples
        case "process" | "ilql":
            each = partial(process_examples, cap=cap, leaf=leaf, most=most, rng=rng)
        case "outcome":
            each = partial(outcome_examples, cap=cap, most=most, rng=rng)
        case "dpo":
            each = partial(preference_examples, cap=cap, most=most, rng=rng)
    return lambda tried: [example for t in tried for example in each(t)]


def _written(
    examples: Sequence[TrainingExample], model: Checkpoint, *, children: bool
) -> list[TokenizedExample]:
    names = partial(model.premises.retrieve, k=8)
    return [tokenize(example, model.encoder, names, children=children) for example in examples]


def _leaf(
    training: TrainingConfig, tried: Sequence[AnalyzedSearch], model: Checkpoint
) -> LeafValue:
    """V of states on which nothing was run, under a model that has learned V before."""
    if not _has_learned_costs(model.lineage):
        return no_leaf_value
    states = {
        node.state.text: node.state
        for t in tried
        for node in t.graph.nodes
        if not node.edges and node.open
    }
    examples = [
        TrainingExample(state=s, theorem="", tactics=(), value=0.0) for s in states.values()
    ]
    written = _written(examples, model, children=False)
    found = predictions(model.network, model.encoder, written)
    values = {text: p.predicted for text, p in zip(states, found, strict=True)}

    def leaf(state: ProofState) -> float | None:
        return values.get(state.text)

    return leaf


def _has_learned_costs(lineage: Sequence[Mapping[str, Any]]) -> bool:
    """Whether V and Q were trained: imitation alone leaves them at their random first weights."""
    return any(step.get("kind") in ("process", "outcome", "ilql", "dpo") for step in lineage)


def _objective(training: TrainingConfig, model: Checkpoint, begin: Path) -> Objective:
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
            return joint_loss


def _report(
    training: TrainingConfig,
    searches: Sequence[Search],
    model: Checkpoint,
    ledger: Ledger,
    out: Path,
) -> dict[str, Any]:
    """Measure on what was held out, with the targets of the process reward for all kinds alike."""
    network = model.network.eval()
    rng = Random(training.schedule.seed)
    teach = _teach(replace(training, kind="process", most=64), no_leaf_value, model, rng)
    apart = [AnalyzedSearch.of(search) for search in _parted(searches)[1]]
    examples = _written(teach(apart), model, children=False)
    imitated = imitation_loss(network, model.encoder, examples)
    rows = list(loss_curves(ledger))
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
        measured = predictions(network, model.encoder, examples)
        found = calibration_report(measured, network.value_bins.cap)
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
