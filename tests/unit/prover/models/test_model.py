"""A model on disk, and as policy, value and step scorer."""

from __future__ import annotations

import asyncio
import json
import shutil
from dataclasses import replace
from math import exp, log
from pathlib import Path

import pytest
import torch

from lean_env.errors import BadInput
from prover.config import Settings
from prover.models.checkpoint import Checkpoint, load, save
from prover.models.inference import InferenceConfig, ProofModel, from_checkpoint
from prover.policies.learned import LearnedPolicy
from prover.policies.mixture import Mixture
from prover.policies.portfolio import Portfolio
from prover.values.combined import ScorerEnsemble
from prover.values.learned import LearnedScorer, LearnedValue
from tests.support.tiny_model import STATES, TACTICS, tiny


@pytest.fixture(scope="module")
def model() -> Checkpoint:
    return tiny(premises=True)


def opened(model: Checkpoint, **how: int) -> ProofModel:
    return ProofModel(from_checkpoint(model), InferenceConfig(**how), "tiny")


def test_what_is_saved_comes_back(model: Checkpoint, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    for _ in range(2):  # the second time over the first
        save(model, folder)
    found = load(folder, device="cpu")
    old, new = model.network.state_dict(), found.network.state_dict()
    assert old.keys() == new.keys()
    assert all(torch.equal(old[name], new[name]) for name in old)
    assert found.lineage == model.lineage
    assert found.network.value_bins == model.network.value_bins
    prompt = [
        m.encoder.prompt(STATES[0], m.premises.retrieve(STATES[0], 3)) for m in (model, found)
    ]
    assert prompt[0] == prompt[1]
    assert "million parameters" in (folder / "README.md").read_text("utf-8")
    assert [f.name for f in tmp_path.iterdir()] == ["model"]


def test_a_save_that_fails_leaves_the_old_model(
    model: Checkpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(model, tmp_path / "model")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    monkeypatch.setattr(type(model.premises), "save", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        save(tiny(1), tmp_path / "model")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_save_that_is_killed_between_its_renames_leaves_the_old_model(
    model: Checkpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "model"
    save(model, folder)

    def killed(self: Path, target: Path) -> None:
        if target == folder:
            raise KeyboardInterrupt
        shutil.move(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", killed)
        with pytest.raises(KeyboardInterrupt):
            save(tiny(1), folder)
    assert not folder.exists()
    found = load(folder, device="cpu").network.state_dict()
    assert all(torch.equal(found[n], t) for n, t in model.network.state_dict().items())
    save(model, folder)
    assert [f.name for f in tmp_path.iterdir()] == ["model"]


def test_transformers_loads_the_decoder(model: Checkpoint, tmp_path: Path) -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    save(model, tmp_path / "model")
    decoder = AutoModelForCausalLM.from_pretrained(tmp_path / "model")
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "model")
    prompt = tokenizer(f"<state>{STATES[0].text}<tactic>", return_tensors="pt")
    out = decoder.generate(**prompt, max_new_tokens=3, do_sample=False, eos_token_id=4)
    assert out.shape[1] > prompt.input_ids.shape[1]


@pytest.mark.parametrize("damage", ["missing", "format", "heads"])
def test_a_folder_without_a_model_is_bad_input(
    model: Checkpoint, tmp_path: Path, damage: str
) -> None:
    folder = tmp_path / "model"
    if damage != "missing":
        save(model, folder)
    if damage == "format":
        settings = json.loads((folder / "qstar.json").read_text("utf-8")) | {"format": 99}
        (folder / "qstar.json").write_text(json.dumps(settings), "utf-8")
    if damage == "heads":
        (folder / "heads.safetensors").write_bytes(b"nothing")
    with pytest.raises(BadInput, match="holds no model") as caught:
        Settings(policy=f"model:{folder}").make_policy()
    assert "qstar train" in caught.value.remedy
    assert "Errno" not in caught.value.message


async def test_policy_value_and_scorer_agree(model: Checkpoint) -> None:
    """One model answers for all three, the same in whatever order it is asked."""
    one, other = opened(model, samples=4), opened(model, samples=4, batch=2)
    proposals = await LearnedPolicy(one).propose(STATES, 4)
    values = await LearnedValue(one).cost_to_go(STATES)
    scorer = LearnedScorer(one)
    asked = zip(STATES, proposals, strict=True)
    q = [await scorer.score(state, [p.tactic for p in ps]) for state, ps in asked]

    assert await LearnedValue(other).cost_to_go(STATES) == pytest.approx(values, abs=1e-3)
    for state, ps, qs in zip(STATES, proposals, q, strict=True):
        assert len({p.tactic for p in ps}) == len(ps) > 0
        tactics = [p.tactic for p in ps]
        assert await LearnedScorer(other).score(state, tactics) == pytest.approx(qs, abs=1e-3)
        (logprobs,) = await LearnedPolicy(other).logprobs([state], [tactics])
        assert [p.logprob for p in ps] == pytest.approx(logprobs, abs=1e-3)
        assert all(p.source == "model.tiny" and p.tokens > 1 for p in ps)
    assert all(1.0 <= v <= 32.0 for v in [*values, *(x for row in q for x in row)])


async def test_premises_are_read(model: Checkpoint) -> None:
    knowing, ignorant = opened(model), opened(model, premises=0)
    assert await knowing.values(STATES[:1]) != await ignorant.values(STATES[:1])


async def test_answers_are_remembered_and_forgotten(model: Checkpoint) -> None:
    reader = opened(model, samples=4, remembered=2)
    first = await reader.generate(STATES, 2)
    assert len(reader._known) == 2
    assert await reader.generate(STATES, 2) == first
    more = await reader.generate(STATES[2:], 4)
    assert {s.tactic for s in first[2]} <= {s.tactic for s in more[0]}
    assert sorted(more[0], key=lambda s: -s.logprob) == more[0]


async def test_a_mixture_asks_the_model_about_all_tactics(model: Checkpoint) -> None:
    policy, learned, portfolio = opened(model, samples=4), LearnedPolicy(opened(model)), Portfolio()
    mixed = await Mixture([(LearnedPolicy(policy), 1.0), (portfolio, 1.0)]).propose(STATES[:1], 500)
    own = {p.tactic: p for p in portfolio.tactics(STATES[0])}
    assert own.keys() < {p.tactic for p in mixed[0]}
    (under,) = await learned.logprobs(STATES[:1], [[p.tactic for p in mixed[0]]])
    for proposal, logprob in zip(mixed[0], under, strict=True):
        share = exp(own[proposal.tactic].logprob) if proposal.tactic in own else 0.0
        assert proposal.logprob == pytest.approx(log(exp(logprob) / 2 + share / 2), abs=1e-3)
        assert proposal.source in {"model.tiny", *(p.source for p in own.values())}


async def test_the_same_state_may_be_asked_about_twice(model: Checkpoint) -> None:
    judged = await opened(model).score_tactics([STATES[0]] * 2, [TACTICS[:1], TACTICS[:2]])
    assert judged[0] == judged[1][:1]


async def test_a_cancelled_call_lets_the_next_one_through(model: Checkpoint) -> None:
    reader = opened(model, samples=4)
    task = asyncio.create_task(reader.generate(STATES, 4))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert all(await reader.generate(STATES, 4))


async def test_settings_load_one_model_for_policy_and_value(
    model: Checkpoint, tmp_path: Path
) -> None:
    save(model, tmp_path / "m")
    settings = Settings(policy=f"model:{tmp_path / 'm'}", value=f"learned:{tmp_path / 'm'}")
    policy, guide = settings.make_policy(), settings.make_guide()
    assert isinstance(policy, LearnedPolicy)
    assert isinstance(guide.value, LearnedValue)
    assert policy._model is guide.value.model
    mean = replace(settings, value=f"size,{settings.value},constant").make_guide()
    assert guide.scorer is not None
    assert mean.scorer == ScorerEnsemble(members=[guide.scorer])
    sampled = [
        await Settings(policy=f"sample:{tmp_path / 'm'}", seed=seed)
        .make_policy()
        .propose(STATES, 4)
        for seed in (1, 2)
    ]
    assert sampled[0] != sampled[1]
