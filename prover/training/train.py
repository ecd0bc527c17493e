"""A whole training: from stored searches to a model and a report.

Layout of the output folder::

    OUT/manifest.json, ledger.jsonl    settings, and the losses step by step
        begin/                         the initial model
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
from prover.runs.progress import SILENT, Progress, count
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
"""The share of lemma families that is never trained on."""

TrainingKind = Literal["policy", "process", "outcome", "dpo", "ilql"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingConfig:
    """What to train, on what, and how.

    Attributes:
        kind: The objective and its targets, see `prover.training.targets`.
        data: Folders of collections, releases or other sources of searches.
        model: The initial model's folder.
        base: A pretrained model to fine-tune with LoRA, if `model` is not given.
        size: Size of a new decoder, if neither is given.
        schedule: Epochs, batch size and learning rate.
        most: The largest number of tactics of a state in an example.
        premises: Whether prompts of a new model name lemmas of the data.
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
    show: Callable[[str], None] = lambda _: None,
    progress: Progress = SILENT,
) -> dict[str, Any]:
    """Train a model, and measure it on held-out searches.

    Args:
        training: What to train.
        out: The output folder.
        resume: Whether a run that is already in `out` may be continued.
        show: Called with notices.
        progress: Told of each step.

    Returns:
        The report, as in `report.json`: final losses, imitation loss, calibration.

    Raises:
        BadInput: Data or initial model cannot be used, there is nothing to learn, or `out` holds
            another run.
        BrokenEnvironment: The output cannot be written.
    """
    searches = [search for folder in training.data for search in searches_in(folder)]
    searches.sort(key=lambda search: (search.id, search.run))  # whatever order they ended in
    manifest = _manifest(training, len(searches))
    with open_run(out, manifest, resume=resume, notice=show) as ledger:
        make = partial(_initial_model, training, searches)
        model = initial_model.load_or_create(out / "begin", make)
        examples = _examples(training, searches, model)
        states = count(len(examples.train), "state")
        show(f"{states} to learn from, {len(examples.held_out)} held out")
        objective = _objective(training, out / "begin")
        if training.base:
            initial_model.add_lora(model.network, model.tokenizer)
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


def _initial_model(training: TrainingConfig, searches: Sequence[Search]) -> Checkpoint:
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
    """Make and tokenize examples; raises `BadInput` when there is nothing to learn."""
    rng = Random(training.schedule.seed)
    train_part, held_out = (
        [AnalyzedSearch.of(search) for search in part] for part in _partition(searches)
    )
    leaf = _leaf([*train_part, *held_out], model)
    make = _example_maker(training, leaf, model, rng)
    below = training.kind == "ilql"
    parts = (subsample(make(train_part), model.network.value_bins.cap, rng), make(held_out))
    found = [_tokenized(part, model, children=below) for part in parts]
    if not found[0]:
        raise BadInput(
            f"nothing can be learned for `{training.kind}`: {len(searches)} searches, "
            f"{sum(bool(search.proof) for search in searches)} of them with a verified proof",
            where=str(training.data[0]),
        )
    return TrainingData(train=found[0], held_out=found[1])


def _partition(searches: Sequence[Search]) -> tuple[list[Search], list[Search]]:
    """Split searches into those to train on and those held out, by lemma family."""
    parts: tuple[list[Search], list[Search]] = ([], [])
    for search in searches:
        name = lemma_family(search.id.partition(", part ")[0])
        parts[hash_fraction(f"held out of training {name}") < HELD_OUT_SHARE].append(search)
    return parts


def _example_maker(
    training: TrainingConfig, leaf: LeafValue, model: Checkpoint, rng: Random
) -> ExampleMaker:
    """Choose how searches become examples, by the kind of training."""
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
    return lambda searches: [example for search in searches for example in each(search)]


def _tokenized(
    examples: Sequence[TrainingExample], model: Checkpoint, *, children: bool
) -> list[TokenizedExample]:
    names = partial(model.premises.retrieve, k=8)
    return [tokenize(example, model.encoder, names, children=children) for example in examples]


def _leaf(searches: Sequence[AnalyzedSearch], model: Checkpoint) -> LeafValue:
    """Predict V of states on which nothing was run, if the initial model has learned V."""
    if not _has_learned_costs(model.lineage):
        return no_leaf_value
    states = {
        node.state.text: node.state
        for search in searches
        for node in search.graph.nodes
        if not node.edges and node.open
    }
    examples = [
        TrainingExample(state=s, theorem="", tactics=(), value=0.0) for s in states.values()
    ]
    tokenized = _tokenized(examples, model, children=False)
    found = predictions(model.network, model.encoder, tokenized)
    values = {text: p.predicted for text, p in zip(states, found, strict=True)}

    def leaf(state: ProofState) -> float | None:
        return values.get(state.text)

    return leaf


def _has_learned_costs(lineage: Sequence[Mapping[str, Any]]) -> bool:
    """Check whether V and Q were trained; imitation alone leaves their weights random."""
    return any(step.get("kind") in ("process", "outcome", "ilql", "dpo") for step in lineage)


def _objective(training: TrainingConfig, begin: Path) -> Objective:
    """Choose the loss by the kind of training; DPO's reference is the model in `begin`."""
    match training.kind:
        case "dpo":
            initial = checkpoint.load(begin).network

            @torch.no_grad()
            def reference(batch: Batch) -> Tensor:
                logprobs: Tensor = initial(batch.packed).logprobs
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
    """Save the trained model and measure it on held-out searches.

    The targets are those of the process reward for all kinds of training.
    """
    network = model.network.eval()
    rng = Random(training.schedule.seed)
    make = _example_maker(replace(training, kind="process", most=64), no_leaf_value, model, rng)
    held_out = [AnalyzedSearch.of(search) for search in _partition(searches)[1]]
    examples = _tokenized(make(held_out), model, children=False)
    imitation = imitation_loss(network, model.encoder, examples)
    rows = list(loss_curves(ledger))
    step = {
        "kind": training.kind,
        "searches": len(searches),
        "verified proofs": sum(bool(search.proof) for search in searches),
        "data": [f"{folder.resolve().name} {digest(folder)}" for folder in training.data],
        "epochs": training.schedule.epochs,
        "losses": _last(rows, training.schedule.epochs),
        "imitation": None if imitation is None else round(imitation, 4),
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
    """Return the final losses; on training data, the mean of the last epoch's logged steps."""
    start = max(step for step, _, _ in rows) * (epochs - 1) / epochs
    train = [terms for step, kind, terms in rows if kind == "taught" and step > start]
    means = {n: round(sum(terms[n] for terms in train) / len(train), 4) for n in train[0]}
    held_out = [terms for _, kind, terms in rows if kind == "held_out"]
    return {"taught": means, "held_out": held_out[-1]}
