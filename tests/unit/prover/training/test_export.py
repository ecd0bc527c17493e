"""A model for onnxruntime: the same numbers as torch, and nothing heavy to load."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lean_env.errors import BadInput
from prover.models import shipped
from prover.models.checkpoint import load, save
from prover.models.engine import ONNX_FILE, OnnxEngine
from prover.models.inference import InferenceConfig, ProofModel, from_checkpoint, load_model
from prover.training.export import export
from tests.support.modules import run_fresh
from tests.support.tiny_model import STATES, TACTICS, tiny

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    save(tiny(premises=True), folder / "model")
    export(folder)
    return folder


async def test_both_engines_compute_the_same(exported: Path) -> None:
    model = load_model(exported)
    assert isinstance(model.engine, OnnxEngine)
    config = InferenceConfig(samples=6)
    onnx = ProofModel(model, config, "onnx")
    torch = ProofModel(from_checkpoint(load(exported, device="cpu")), config, "torch")
    many = [[*TACTICS, "simp", "simp [Nat.mul_comm]"], TACTICS, ["omega"]]

    assert await onnx.values(STATES) == pytest.approx(await torch.values(STATES), abs=1e-4)
    scores = [await m.score_tactics(STATES, many) for m in (onnx, torch)]
    for ours, theirs in zip(*scores, strict=True):
        assert [s.q for s in ours] == pytest.approx([s.q for s in theirs], abs=1e-4)
        assert [s.logprob for s in ours] == pytest.approx([s.logprob for s in theirs], abs=1e-3)
    generated = [await m.generate(STATES, 6) for m in (onnx, torch)]
    for first, second in zip(*generated, strict=True):
        assert [s.tactic for s in first] == [s.tactic for s in second]


async def test_the_shipped_graph_computes_what_the_shipped_weights_do() -> None:
    onnx = ProofModel(load_model(shipped.FOLDER), InferenceConfig(), "onnx")
    torch = ProofModel(
        from_checkpoint(load(shipped.FOLDER, device="cpu")), InferenceConfig(), "torch"
    )
    scores = [await m.score_tactics(STATES, [TACTICS] * 3) for m in (onnx, torch)]
    for ours, theirs in zip(*scores, strict=True):
        assert [s.q for s in ours] == pytest.approx([s.q for s in theirs], abs=1e-3)
        assert [s.logprob for s in ours] == pytest.approx([s.logprob for s in theirs], abs=1e-3)


def test_the_shipped_model_is_used_without_torch() -> None:
    code = """
import asyncio, sys
from lean_env.types import Goal, ProofState, Theorem
from prover.models.shipped import load_model
state = ProofState("1", Theorem(name="t", statement="theorem t : True"), (Goal("True"),))
values = asyncio.run(load_model().values([state]))
assert len(values) == 1
print(*sys.modules)
"""
    assert not set(run_fresh(code).split()) & {"torch", "transformers"}


def test_a_graph_of_other_weights_is_refused(exported: Path, tmp_path: Path) -> None:
    save(tiny(1), tmp_path / "other")
    shutil.copy(exported / "model" / ONNX_FILE, tmp_path / "other")
    with pytest.raises(BadInput, match="other weights") as caught:
        load_model(tmp_path / "other")
    assert "qstar train export" in caught.value.remedy


def test_a_graph_that_is_cut_off_is_refused(exported: Path, tmp_path: Path) -> None:
    shutil.copytree(exported, tmp_path / "run")
    file = tmp_path / "run" / "model" / ONNX_FILE
    file.write_bytes(file.read_bytes()[:1000])
    with pytest.raises(BadInput, match="cannot be read") as caught:
        load_model(tmp_path / "run")
    assert caught.value.where == str(file)


def test_saving_other_weights_removes_the_graph(exported: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(exported / "model", folder)
    save(tiny(1), folder)
    assert not (folder / ONNX_FILE).exists()
