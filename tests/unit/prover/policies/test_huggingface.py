"""Hugging Face models as policies: real transformers code on tiny models."""

from __future__ import annotations

import asyncio
import threading
import time
from math import isclose
from pathlib import Path
from typing import Any

import pytest

from lean_env.errors import BadInput
from prover.policies.huggingface import Generation, HuggingFace
from tests.support.states import STATES
from tests.support.synthetic import state


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Folders of a causal and a sequence-to-sequence model with random weights."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import (
        ByT5Tokenizer,
        GPT2Config,
        GPT2LMHeadModel,
        PreTrainedTokenizerFast,
        T5Config,
        T5ForConditionalGeneration,
    )

    torch.manual_seed(0)
    root = tmp_path_factory.mktemp("models")
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(special_tokens=["<end>"], initial_alphabet=alphabet)
    bpe.train_from_iterator(["a b : Nat ⊢ a + b = b + a simp omega rw"], trainer)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=bpe, eos_token="<end>")
    size = len(tokenizer)
    config = GPT2Config(
        vocab_size=size, n_positions=128, n_embd=16, n_layer=2, n_head=2,
        bos_token_id=0, eos_token_id=0, initializer_range=0.3,
    )  # fmt: skip
    GPT2LMHeadModel(config).save_pretrained(root / "causal")
    tokenizer.save_pretrained(root / "causal")
    t5 = T5Config(
        vocab_size=384, d_model=16, d_kv=8, d_ff=32, num_layers=1, num_heads=2,
        decoder_start_token_id=0, initializer_factor=1.0,
    )  # fmt: skip
    T5ForConditionalGeneration(t5).save_pretrained(root / "seq2seq")
    ByT5Tokenizer().save_pretrained(root / "seq2seq")
    return {"causal": root / "causal", "seq2seq": root / "seq2seq"}


def load(path: Path, **how: Any) -> HuggingFace:
    how = {"max_new_tokens": 6, "samples": 8, "max_prompt_tokens": 64} | how
    return HuggingFace.from_pretrained(str(path), generation=Generation(**how), device="cpu")


@pytest.mark.parametrize("kind", ["causal", "seq2seq"])
@pytest.mark.parametrize("beams", [False, True])
async def test_model_proposes_distinct_tactics_with_their_logprobs(
    models: dict[str, Path], kind: str, beams: bool
) -> None:
    policy = load(models[kind], beams=beams)
    found = await policy.propose(STATES, 8)
    assert len(found) == 2
    for proposals in found:
        assert 1 < len(proposals) <= 8
        tactics = [p.tactic for p in proposals]
        assert len(set(tactics)) == len(tactics)
        logprobs = [p.logprob for p in proposals]
        assert logprobs == sorted(logprobs, reverse=True)
        assert all(p < 0 for p in logprobs)
        assert proposals[0].source == f"hf.{kind}"
        assert 1 <= proposals[0].tokens <= 6 * 8
    assert [p.tactic for p in found[0]] != [p.tactic for p in found[1]]


@pytest.mark.parametrize("kind", ["causal", "seq2seq"])
@pytest.mark.parametrize("beams", [False, True])
def test_a_logprob_is_what_the_model_gives_to_the_answer(
    models: dict[str, Path], kind: str, beams: bool
) -> None:
    """Against a plain forward pass over prompt and answer, without padding or cache."""
    import torch

    policy = load(models[kind], beams=beams, max_new_tokens=4, samples=3)
    model, tokenizer = policy._model, policy._tokenizer
    prompts = [policy._template.fill(s) for s in STATES]
    rows: list[Any] = []
    keep = model.generate

    def generate(**arguments: Any) -> Any:
        out = keep(**arguments)
        rows.extend(out.sequences)
        return out

    model.generate = generate
    samples = policy._generate(STATES, 3, threading.Event())
    for i, (row, sample) in enumerate(zip(rows, samples, strict=True)):
        prompt = tokenizer(prompts[i // 3], return_tensors="pt").input_ids
        answer = row[1:] if kind == "seq2seq" else row[-4:]
        ends = (answer == tokenizer.eos_token_id).nonzero()
        answer = answer[: int(ends[0]) + 1] if len(ends) else answer
        with torch.no_grad():
            if kind == "seq2seq":
                shifted = torch.cat([torch.tensor([0]), answer[:-1]])[None]
                logits = model(input_ids=prompt, decoder_input_ids=shifted).logits[0]
            else:
                whole = torch.cat([prompt[0], answer])[None]
                logits = model(input_ids=whole).logits[0, prompt.shape[1] - 1 : -1]
        expected = logits.log_softmax(-1).gather(1, answer[:, None]).sum()
        assert isclose(sample.logprob, float(expected), abs_tol=1e-3)
        assert sample.tokens == len(answer)


async def test_sampling_is_repeatable_and_goes_on(models: dict[str, Path]) -> None:
    first, second = load(models["causal"]), load(models["causal"])
    one, two = await first.propose(STATES, 8), await second.propose(STATES, 8)
    assert one == two
    assert await first.propose(STATES, 8) != one
    assert await load(models["causal"], seed=7).propose(STATES, 8) != one


async def test_long_states_lose_their_beginning_and_batches_are_cut(
    models: dict[str, Path],
) -> None:
    policy = load(models["causal"], batch_size=2, max_prompt_tokens=16)
    long = state("long", text="a + b = " * 200)
    found = await policy.propose([STATES[0], long, STATES[1]], 4)
    assert [len(f) > 0 for f in found] == [True] * 3


async def test_the_event_loop_goes_on_while_the_model_runs(models: dict[str, Path]) -> None:
    policy = load(models["causal"], max_new_tokens=60)
    task = asyncio.create_task(policy.propose(STATES, 8))
    turns = 0
    while not task.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns > 100


async def test_a_cancelled_call_stops_the_model(models: dict[str, Path]) -> None:
    policy = load(models["causal"], max_new_tokens=100, max_prompt_tokens=8)
    policy._model.generation_config.eos_token_id = None  # nothing else ends an answer
    begun, cancelled = threading.Event(), threading.Event()
    lengths: list[int] = []
    keep = policy._model.generate

    def generate(**arguments: Any) -> Any:
        begun.set()
        cancelled.wait()
        out = keep(**arguments)
        lengths.append(len(out.logits))
        return out

    policy._model.generate = generate
    task = asyncio.create_task(policy.propose(STATES, 8))
    await asyncio.to_thread(begun.wait)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    cancelled.set()
    await policy.propose(STATES, 8)
    assert lengths == [1, 100]


def test_a_folder_without_a_model_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no model") as caught:
        HuggingFace.from_pretrained(str(tmp_path))
    assert caught.value.remedy


def test_a_model_that_cannot_be_reached_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")  # nothing listens there
    began = time.monotonic()
    with pytest.raises(BadInput, match=r"org/none.*does not answer"):
        HuggingFace.from_pretrained("org/none")
    assert time.monotonic() - began < 10
