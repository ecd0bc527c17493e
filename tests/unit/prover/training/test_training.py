"""Whole trainings on searches of made-up graphs: reports, resuming, adapters, the command."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from typer.testing import CliRunner

from lean_env.errors import BadInput
from lean_env.types import Applied, Goal, ProofState, Rejected, RejectionReason
from prover.cli import app
from prover.datasets.records import Search
from prover.datasets.sources import searches as searches_in
from prover.graph.store import ProofGraph
from prover.models import checkpoint
from prover.models.network import DecoderSize
from prover.models.prompt import SPECIAL_TOKENS
from prover.policies.learned import LearnedPolicy
from prover.runs.progress import Silent
from prover.training.fit import TrainingSchedule
from prover.training.train import TrainingConfig, TrainingKind, train
from prover.types import Proposal
from tests.support.searches import recorded, stored
from tests.support.synthetic import THEOREM
from tests.support.tiny_model import tiny

torch.set_num_threads(1)  # what is so small is only slowed down by more

SIZE = DecoderSize(width=32, inner=64, layers=2, heads=2)
TACTICS = ("omega", "simp", "rfl", "cases h", "intro x")


def search(i: int) -> Search:
    """`omega` closes what is about numbers, `simp` what is about lists; a third has no proof."""
    subject = ("n + m = m + n", "xs ++ [] = xs", "False")[i % 3]
    root = ProofState(f"{i}", THEOREM, (Goal(f"{subject} ∨ p{i}"),))
    graph = ProofGraph(root)
    good = {"n": "omega", "x": "simp"}.get(subject[0], "")
    for tactic in TACTICS:
        closed = Applied(()) if tactic == good else Rejected(RejectionReason.ERROR, "no")
        graph.add(graph.root, Proposal(tactic, -1.0), closed)
    graph.exhaust(graph.root)
    return recorded(f"theorem {i}", graph)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stored([search(i) for i in range(90)], tmp_path_factory.mktemp("data") / "searches")


def training(data: Path, kind: TrainingKind = "process", epochs: int = 6) -> TrainingConfig:
    schedule = TrainingSchedule(epochs=epochs, tokens=200, rate=3e-3)
    return TrainingConfig(kind=kind, data=(data,), size=SIZE, schedule=schedule)


@pytest.mark.slow
def test_the_scorer_learns_what_lean_said(data: Path, tmp_path: Path) -> None:
    report = train(training(data), tmp_path / "out")
    for of in ("value", "q"):
        assert report["calibration"][of]["auc"] > 0.95
        assert report["calibration"][of]["mean_error"] < 8
    steps = {row["actual"]: row for row in report["calibration"]["q"]["by_steps"]}
    assert steps[1]["predicted"] < steps[32]["predicted"]
    assert json.loads((tmp_path / "out" / "report.json").read_text("utf-8")) == report
    for picture in ("losses.png", "calibration.png"):
        assert (tmp_path / "out" / picture).read_bytes().startswith(b"\x89PNG")
    found = checkpoint.load(tmp_path / "out" / "model")
    assert [step.get("kind") for step in found.lineage] == [None, "process"]


@pytest.mark.slow
def test_one_after_another(data: Path, tmp_path: Path) -> None:
    """Policy, then value, then preferences, each from the model before."""
    first = train(training(data, "policy", 30), tmp_path / "policy")
    assert first["losses"]["held_out"]["policy"] < 1.0
    assert first["imitation"] < 1.0
    model = tmp_path / "policy" / "model"
    for kind in ("process", "outcome", "dpo", "ilql"):
        settings = replace(training(data, kind, 1), model=model)  # type: ignore[arg-type]
        report = train(settings, tmp_path / kind)
        assert set(report["losses"]["taught"]) >= {"policy", "value", "q"}
        if kind == "process":
            assert report["imitation"] < 1.0, "the policy forgets (to 4 without its own loss)"
        model = tmp_path / kind / "model"
    lineage = checkpoint.load(model).lineage
    assert [step.get("kind") for step in lineage[1:]] == [
        "policy", "process", "outcome", "dpo", "ilql",
    ]  # fmt: skip


@pytest.mark.slow
def test_the_order_in_which_searches_ended_does_not_matter(data: Path, tmp_path: Path) -> None:
    other = stored([search(i) for i in reversed(range(90))], tmp_path / "other")
    one, two = (
        train(training(folder, epochs=1), tmp_path / f"out {i}")
        for i, folder in enumerate((data, other))
    )
    assert one["losses"] == two["losses"]


def test_only_the_train_split_is_read(tmp_path: Path) -> None:
    splits = ["train", "valid", "test", ""]
    found = [replace(search(i), split=split) for i, split in enumerate(splits)]
    data = stored(found, tmp_path / "all splits")
    assert [s.split for s in searches_in(data)] == ["train", ""]


def test_what_is_held_out_is_not_taught(data: Path) -> None:
    from prover.training.train import _examples, _initial_model

    searches = [search(i) for i in range(90)]
    settings = training(data)
    examples = _examples(settings, searches, _initial_model(settings, searches))
    trained, held_out = (
        {tokenized.example.theorem for tokenized in part}
        for part in (examples.train, examples.held_out)
    )
    assert trained | held_out == {s.id for s in searches}
    assert not trained & held_out
    assert 2 <= len(held_out) <= 18


class Steps(Silent):
    """Keeps where a training has been, and interrupts it at a step."""

    def __init__(self, interrupt_at: int = 0) -> None:
        self.begun: list[int] = []
        self.seen: list[int] = []
        self._interrupt_at = interrupt_at

    def stage(self, name: str, total: int, done: int = 0) -> None:  # noqa: ARG002
        self.begun.append(done)

    def at(self, done: int) -> None:
        self.seen.append(done)

    def figures(self, text: str) -> None:  # noqa: ARG002
        if self.seen[-1] == self._interrupt_at:
            raise KeyboardInterrupt


@pytest.mark.slow
def test_an_interrupted_training_ends_as_an_undisturbed_one(data: Path, tmp_path: Path) -> None:
    settings = training(data, epochs=2)
    whole = train(settings, tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        train(settings, tmp_path / "cut", progress=Steps(interrupt_at=10))
    assert not (tmp_path / "cut" / "model").exists()
    with pytest.raises(BadInput, match="a run here already"):
        train(settings, tmp_path / "cut")
    resumed = train(settings, tmp_path / "cut", resume=True)
    one, other = (checkpoint.load(tmp_path / name / "model") for name in ("whole", "cut"))
    new = other.network.state_dict()
    for name, weights in one.network.state_dict().items():
        assert torch.allclose(weights, new[name], atol=1e-5), name
    assert resumed["losses"] == whole["losses"]


@pytest.mark.slow
def test_a_training_goes_on_from_a_state_that_was_killed_in_its_way_to_its_place(
    data: Path, tmp_path: Path
) -> None:
    settings, out = training(data, epochs=2), tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        train(settings, out, progress=Steps(interrupt_at=10))
    old, new = out / "state", out / "state.new"
    shutil.copytree(old, new)
    for file in old.rglob("*"):
        if file.is_file() and file.name != "step.json":
            file.unlink()
    steps = Steps()
    train(settings, out, resume=True, progress=steps)
    assert steps.begun == [10]
    assert steps.seen[0] == 11
    assert not new.exists()


@pytest.mark.slow
def test_other_settings_are_refused(data: Path, tmp_path: Path) -> None:
    train(training(data, epochs=1), tmp_path / "out")
    with pytest.raises(BadInput, match="other settings"):
        train(training(data, epochs=2), tmp_path / "out", resume=True)


@pytest.mark.slow
@pytest.mark.parametrize("tied", [True, False])
def test_lora_on_a_pretrained_model(data: Path, tmp_path: Path, tied: bool) -> None:
    base = tiny()
    if not tied:  # what is read and what is said have weights of their own
        decoder: Any = base.network.decoder
        decoder.config.tie_word_embeddings = False
        decoder.lm_head.weight = torch.nn.Parameter(decoder.lm_head.weight.detach().clone())
    base.network.decoder.save_pretrained(tmp_path / "base")
    base.tokenizer.save_pretrained(tmp_path / "base")
    settings = replace(training(data, epochs=8), base=str(tmp_path / "base"))
    report = train(settings, tmp_path / "out")
    assert report["calibration"]["q"]["auc"] > 0.7
    begun, found = (checkpoint.load(tmp_path / "out" / name) for name in ("begin", "model"))
    assert found.network.decoder.config.model_type == "llama"
    old, new = begun.network.state_dict(), found.network.state_dict()
    assert old.keys() == new.keys()
    moved = {name for name in old if not torch.equal(old[name], new[name])}
    assert {"value_head.weight", "q_head.weight"} < moved
    assert any("q_proj" in name for name in moved)
    said = "decoder.lm_head.weight"
    changed = (old[said] != new[said]).any(dim=1).nonzero().flatten().tolist()
    assert found.encoder.end in changed
    assert len(changed) <= len(SPECIAL_TOKENS)


@pytest.mark.slow
def test_premises_of_the_data_come_into_prompts(tmp_path: Path) -> None:
    searches = [
        replace(s, theorem=replace(s.theorem, before=f"Nat.lemma_{i}"))
        for i, s in enumerate(map(search, range(30)))
    ]
    settings = training(stored(searches, tmp_path / "data"), epochs=1)
    train(replace(settings, premises=True), tmp_path / "out")
    found = checkpoint.load(tmp_path / "out" / "model")
    assert len(found.premises) == 30
    assert found.premises.retrieve(ProofState("s", THEOREM, (Goal("xs ++ [] = ys"),)), 3)


def invoke(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["train", *arguments])
    return result.exit_code, re.sub(r"\s+", " ", result.output)


@pytest.mark.slow
def test_the_command_trains(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, output = invoke("policy", str(data), "--out", str(out), "--epochs", "1")
    assert code == 0
    assert f"the model is in {out / 'model'}" in output
    assert checkpoint.load(out / "model").lineage


def test_the_output_of_a_training_is_a_model_to_the_next_command(
    data: Path, tmp_path: Path
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    assert invoke("policy", str(data), "--out", str(first), "--epochs", "1")[0] == 0
    state = ProofState("s", THEOREM, (Goal("n + m = m + n"),))
    assert asyncio.run(LearnedPolicy.load(str(first)).propose([state], 4))
    arguments = ("policy", str(data), "--out", str(second), "--epochs", "1")
    assert invoke(*arguments, "--from", str(first))[0] == 0
    assert [step.get("kind") for step in checkpoint.load(second).lineage] == [
        None,
        "policy",
        "policy",
    ]


def test_a_training_of_the_policy_alone_reports_no_errors_of_v_and_q(
    data: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    code, output = invoke("policy", str(data), "--out", str(out), "--epochs", "1")
    assert code == 0
    assert json.loads((out / "report.json").read_text("utf-8"))["calibration"] == {}
    assert not (out / "calibration.png").exists()
    assert "Q(s, a)" not in output
    assert "held out, policy" in output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["policy", "{tmp}/none", "--out", "{tmp}/o"], "no proof data here"),
        (["value", "{data}", "--out", "{tmp}/o", "--from", "{tmp}/none"], "holds no model"),
        (["value", "{data}", "--out", "{tmp}/o", "--base", "{tmp}/none"], "no such folder"),
        (["policy", "{data}", "--out", "{tmp}/o", "--base", "x", "--from", "y"], "with one model"),
        (["policy", "{data}", "--out", "{tmp}/o", "--base", "x", "--premises"], "only a new model"),
        (["preference", "{empty}", "--out", "{tmp}/o"], "nothing can be learned"),
    ],
)
def test_bad_input_is_one_message(
    data: Path, tmp_path: Path, arguments: list[str], message: str
) -> None:
    empty = stored([search(2)], tmp_path / "empty")
    places = {"tmp": tmp_path, "data": data, "empty": empty}
    code, output = invoke(*(a.format(**places) for a in arguments))
    assert code == 2
    assert message in output
    assert not (tmp_path / "o" / "model").exists()
