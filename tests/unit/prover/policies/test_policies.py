"""Policies made of models: real transformers code on tiny models, real HTTP on a local server."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from math import exp, isclose, log
from pathlib import Path
from typing import Any

import pytest

from lean_env.errors import BadInput, BrokenEnvironment
from lean_env.types import Goal, Hypothesis, ProofState
from prover.policies.huggingface import Generation, HuggingFace
from prover.policies.mixture import Mixture
from prover.policies.openai import Endpoint, OpenAI
from prover.policies.template import BFS_PROVER, CHAT, REPROVER, Template
from prover.types import Proposal
from tests.support.synthetic import THEOREM, state

STATES = [
    ProofState("1", THEOREM, (Goal("a + b = b + a", (Hypothesis("a b", "Nat"),)),)),
    ProofState("2", THEOREM, (Goal("xs ++ [] = xs", (Hypothesis("xs", "List Nat"),)),)),
]


# Templates


def test_templates_give_the_prompts_that_the_models_were_trained_on() -> None:
    assert REPROVER.fill(STATES[0]) == "a b : Nat\n⊢ a + b = b + a"
    assert BFS_PROVER.fill(STATES[0]) == "a b : Nat\n⊢ a + b = b + a:::"
    assert "\n\na b : Nat\n⊢ a + b = b + a\n\n" in CHAT.fill(STATES[0])


@pytest.mark.parametrize(
    ("answer", "tactic"),
    [
        (" simp\n", "simp"),
        ("```lean\nintro x\nsimp\n```\nThis works.", "intro x\nsimp"),
        ("```\nomega", "omega"),
        ("rw [h]:::\nx : Nat", "rw [h]"),
        ("", ""),
    ],
)
def test_templates_find_the_tactic(answer: str, tactic: str) -> None:
    assert BFS_PROVER.tactic(answer) == tactic


# transformers


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
    samples = policy._generate(prompts, 3, threading.Event())
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


# OpenAI-compatible endpoints


class Server:
    """Answers each request by what `plan` says; the last entry is used again and again."""

    def __init__(self, *plan: tuple[int, Any]) -> None:
        self.plan, self.asked, self.keys = list(plan), [], []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                outer.asked.append((self.path, json.loads(self.rfile.read(length))))
                outer.keys.append(self.headers.get("Authorization"))
                status, body = outer.plan.pop(0) if len(outer.plan) > 1 else outer.plan[0]
                if status == 0:
                    time.sleep(body)
                    return
                text = body if isinstance(body, str) else json.dumps(body)
                self.send_response(status)
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def servers() -> Iterator[list[Server]]:
    made: list[Server] = []
    yield made
    for server in made:
        server.close()


def chat(*answers: tuple[str, list[float] | None]) -> dict[str, Any]:
    return {
        "choices": [
            {
                "message": {"role": "assistant", "content": text},
                "logprobs": {"content": [{"token": "", "logprob": p} for p in logprobs]}
                if logprobs is not None
                else None,
            }
            for text, logprobs in answers
        ]
    }


async def ask(
    server: Server, states: list[ProofState] = STATES[:1], k: int = 8, **how: Any
) -> list[list[Proposal]]:
    policy = OpenAI(Endpoint(url=server.url, model="m", key="secret", pause=0.01, **how))
    try:
        return await policy.propose(states, k)
    finally:
        await policy.aclose()


async def test_chat_with_logprobs(servers: list[Server]) -> None:
    omega = ("```lean\nomega\n```", [-0.2])
    answers = chat(("simp", [-0.5, -0.5]), omega, ("simp", [-1.1]), ("", [-0.1]))
    servers.append(server := Server((200, answers)))
    assert await ask(server, samples=4, temperature=0.7) == [
        [Proposal("omega", -0.2, "openai.m", 1), Proposal("simp", -1.0, "openai.m", 3)]
    ]
    path, body = server.asked[0]
    assert path == "/v1/chat/completions"
    assert (body["model"], body["n"], body["temperature"]) == ("m", 4, 0.7)
    assert "⊢ a + b = b + a" in body["messages"][0]["content"]
    assert server.keys == ["Bearer secret"]


async def test_completions_and_stop_strings(servers: list[Server]) -> None:
    answer = {"choices": [{"text": " rfl", "logprobs": {"token_logprobs": [None, -0.5, -1.0]}}]}
    servers.append(server := Server((200, answer)))
    found = await ask(server, chat=False, template=Template(prompt="{state}:::", stops=("\n\n",)))
    assert found == [[Proposal("rfl", -1.5, "openai.m", 2)]]
    path, body = server.asked[0]
    assert path == "/v1/completions"
    assert body["prompt"].endswith(":::")
    assert body["stop"] == ["\n\n"]


async def test_without_logprobs_frequency_decides(servers: list[Server]) -> None:
    answers = chat(("omega", None), ("simp", None), ("simp", None), ("rfl", None))
    servers.append(server := Server((200, answers)))
    [[first, second, third]] = await ask(server)
    assert [first.tactic, second.tactic, third.tactic] == ["simp", "omega", "rfl"]
    assert isclose(sum(exp(p.logprob) for p in (first, second, third)), 1)


async def test_a_busy_server_is_asked_again(servers: list[Server]) -> None:
    good = chat(("rfl", [-1.0]))
    servers.append(server := Server((429, "slow down"), (503, "down"), (0, 0.4), (200, good)))
    [[proposal]] = await ask(server, timeout=0.2)
    assert proposal.tactic == "rfl"
    assert len(server.asked) == 4


async def test_several_states_are_asked_at_once_and_stay_in_order(servers: list[Server]) -> None:
    servers.append(server := Server((200, chat(("a", [-1.0]))), (200, chat(("b", [-1.0])))))
    found = await ask(server, STATES * 2, concurrency=1)
    assert [[p.tactic for p in part] for part in found] == [["a"], ["b"], ["b"], ["b"]]
    assert len(server.asked) == 4


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        ((401, "no"), "refuses the key"),
        ((404, "no such model"), "status 404"),
        ((200, "<html>"), "format"),
        ((200, {"error": "x"}), "format"),
        ((200, {"choices": [{}]}), "format"),
        ((500, "broken"), "did not answer: status 500"),
    ],
)
async def test_an_unusable_endpoint_is_a_broken_environment_with_a_remedy(
    servers: list[Server], plan: tuple[int, Any], message: str
) -> None:
    servers.append(server := Server(plan))
    with pytest.raises(BrokenEnvironment, match=message) as caught:
        await ask(server, attempts=2)
    assert caught.value.remedy
    assert "secret" not in str(caught.value)


async def test_no_server_is_a_broken_environment() -> None:
    server = Server((200, {}))
    server.close()
    with pytest.raises(BrokenEnvironment, match="did not answer"):
        await ask(server, attempts=2)


# Mixtures


class Fixed:
    def __init__(self, **tactics: float) -> None:
        self.tactics = tactics

    async def propose(self, states: object, k: int) -> list[list[Proposal]]:
        assert isinstance(states, list)
        ranked = sorted(self.tactics.items(), key=lambda item: -item[1])
        return [[Proposal(t, log(p), str(len(ranked))) for t, p in ranked[:k]] for _ in states]


async def test_a_mixture_adds_probabilities() -> None:
    mixture = Mixture([(Fixed(simp=0.6, rfl=0.4), 3.0), (Fixed(simp=0.2, omega=0.7, grind=0.1), 1)])
    [found, again] = await mixture.propose(STATES, 3)
    assert found == again
    assert [(p.tactic, round(exp(p.logprob), 3)) for p in found] == [
        ("simp", 0.5),
        ("rfl", 0.3),
        ("omega", 0.175),
    ]
    assert [p.source for p in found] == ["2", "2", "3"]
    with pytest.raises(ValueError, match="positive"):
        Mixture([(Fixed(), 0.0)])
