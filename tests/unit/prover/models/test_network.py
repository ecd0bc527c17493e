"""The network and its parts: bins, tokens, packing, the three outputs, decoding."""

from __future__ import annotations

from itertools import pairwise
from math import log

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from prover.models.decoding import decode, gumbel_perturb
from prover.models.engine import TorchEngine
from prover.models.prefix_tree import pack_batch
from prover.models.premises import PremiseIndex, symbols
from prover.models.prompt import END, TACTIC, LengthLimits, PromptEncoder
from prover.models.value_bins import ValueBins
from prover.training.tokenizer import train_tokenizer
from tests.support.synthetic import state
from tests.support.tiny_model import LEMMAS, STATES, TACTICS, tiny


@given(st.lists(st.floats(-5, 50), min_size=1, max_size=5))
@settings(deadline=None)
def test_bins_keep_the_cost(costs: list[float]) -> None:
    value_bins = ValueBins(steps=5, cap=12.0)
    weights = value_bins.two_hot(torch.tensor(costs))
    assert weights.shape == (len(costs), 6)
    assert torch.all((weights > 0).sum(1) <= 2)
    means = value_bins.expected_cost(weights.clamp(min=1e-30).log())
    assert means.tolist() == pytest.approx([min(max(c, 1.0), 12.0) for c in costs], abs=1e-4)


@given(
    st.lists(st.floats(0.01, 1), min_size=5, max_size=5), st.floats(0.001, 0.999), st.floats(-9, 9)
)
@settings(deadline=None)
def test_cost_to_go_is_steps_plus_minus_log_probability_of_a_proof(
    parts: list[float], provable: float, shift: float
) -> None:
    value_bins = ValueBins(steps=5, cap=12.0)
    weights = torch.tensor([*(p / sum(parts) * provable for p in parts), 1 - provable])
    steps = sum(n * p / sum(parts) for n, p in enumerate(parts, start=1))
    found = float(value_bins.steps_to_go(weights.log() + shift))
    assert found == pytest.approx(steps - log(provable), abs=1e-3)


def test_bins_need_a_cap_above_them() -> None:
    with pytest.raises(ValueError, match="cap"):
        ValueBins(steps=9, cap=9.0)


@given(st.text())
@settings(deadline=None, max_examples=200)
def test_every_text_survives_the_tokenizer(text: str) -> None:
    tokenizer = TOKENIZER
    numbers = tokenizer(text, add_special_tokens=False)["input_ids"]
    if not any(mark in text for mark in tokenizer.all_special_tokens):
        assert tokenizer.decode(numbers) == text


TOKENIZER = train_tokenizer(TACTICS * 2, 300)


def test_a_prompt_ends_with_its_mark_and_long_states_lose_their_beginning() -> None:
    lengths = LengthLimits(state=10, premises=4, tactic=3)
    encoder = PromptEncoder(TOKENIZER.backend_tokenizer, lengths)
    long = state("long", text="a + b = " * 50 + "target")
    prompt = encoder.prompt(long, ["Nat.add_comm"])
    assert len(prompt) == 1 + 4 + 1 + 10 + 1
    assert TOKENIZER.decode(prompt).endswith(f"target{TACTIC}")
    assert len(encoder.tactic("simp [Nat.add_comm]")) == 3
    assert encoder.decode([*TOKENIZER(" simp").input_ids, encoder.end]) == "simp"
    assert TOKENIZER.convert_ids_to_tokens(encoder.end) == END


def test_packed_tactics_are_read_as_if_alone() -> None:
    """Against a plain forward pass over prompt and tactic, a row each.

    Some tactics share a prefix, one is a prefix of another, one is there twice.
    """
    model = tiny()
    network, encoder = model.network, model.encoder
    alike = ["simp", "simp [Nat.mul_comm]", "omega", "simp [h₁]"]
    rows = [
        (encoder.prompt(STATES[0]), [encoder.tactic(t) for t in TACTICS[:2] + alike]),
        (encoder.prompt(STATES[1]), [encoder.tactic(t) for t in TACTICS]),
    ]
    with torch.inference_mode():
        packed = network(pack_batch(rows, encoder.pad, encoder.end).map(torch.from_numpy))
        alone = [(i, prompt, t) for i, (prompt, ts) in enumerate(rows) for t in ts]
        for n, (i, prompt, tactic) in enumerate(alone):
            whole = torch.tensor([[*prompt, *tactic]])
            hidden = network.hidden(input_ids=whole)[0]
            words = network.next_token_logprobs(hidden[len(prompt) - 1 :])
            said = torch.tensor([*tactic, encoder.end])
            logprob = words.gather(1, said[:, None]).sum()
            assert float(packed.logprobs[n]) == pytest.approx(float(logprob), abs=1e-3)
            assert torch.allclose(packed.q[n], network.q_head(hidden[-1]), atol=1e-4)
            value = network.value_head(hidden[len(prompt) - 1])
            assert torch.allclose(packed.value[i], value, atol=1e-4)


def test_tactics_that_begin_alike_share_their_beginning() -> None:
    rows = [([1, 2, 3], [[7, 8, 9], [7, 8], [7, 5], [4], []]), ([1], [[7]])]
    packed = pack_batch(rows, 0, 99)
    assert packed.tokens.tolist() == [[1, 2, 3, 7, 8, 9, 5, 4], [1, 7, 0, 0, 0, 0, 0, 0]]
    assert packed.positions.tolist()[0] == [0, 1, 2, 3, 4, 5, 4, 3]
    assert packed.tactic_ends.tolist() == [5, 4, 6, 7, 2, 1]
    seen = [{j for j, visible in enumerate(row) if visible} for row in packed.visible[0].tolist()]
    assert seen[5] == {0, 1, 2, 3, 4, 5}
    assert seen[6] == {0, 1, 2, 3, 6}
    assert seen[7] == {0, 1, 2, 7}
    foretold = zip(
        packed.label_tactics.tolist(), packed.labels.tolist(), packed.label_sources.tolist(),
        strict=True,
    )  # fmt: skip
    places = list(zip(packed.label_rows.tolist(), packed.label_places.tolist(), strict=True))
    assert [(t, label, places[source]) for t, label, source in foretold][:7] == [
        (0, 7, (0, 2)), (0, 8, (0, 3)), (0, 9, (0, 4)), (0, 99, (0, 5)),
        (1, 7, (0, 2)), (1, 8, (0, 3)), (1, 99, (0, 4)),
    ]  # fmt: skip
    assert len(set(places)) == len(places)


@pytest.mark.parametrize("noise", [False, True])
def test_decoding_gives_distinct_tactics_with_the_three_outputs(noise: bool) -> None:
    model = tiny()
    network, encoder = model.network, model.encoder
    prompts = [encoder.prompt(s) for s in STATES]
    generator = np.random.default_rng(3) if noise else None
    found = decode(TorchEngine(network, 1), prompts, 6, end=encoder.end, longest=4, noise=generator)
    rows = [(p, [t.tokens for t in d.tactics]) for p, d in zip(prompts, found, strict=True)]
    assert [len(set(tactics)) for _, tactics in rows] == [6] * 3
    with torch.inference_mode():
        output = network(pack_batch(rows, encoder.pad, encoder.end).map(torch.from_numpy))
    tactics = [t for d in found for t in d.tactics]
    assert [t.logprob for t in tactics] == pytest.approx(output.logprobs.tolist(), abs=1e-3)
    assert [t.q for t in tactics] == pytest.approx(
        network.value_bins.steps_to_go(output.q).tolist(), 1e-3
    )
    values = network.value_bins.steps_to_go(output.value).tolist()
    assert [d.value for d in found] == pytest.approx(values, abs=1e-3)
    if not noise:
        assert all(a.logprob >= b.logprob for d in found for a, b in pairwise(d.tactics))


def test_wide_beams_find_the_most_probable_tactics() -> None:
    """All sequences of at most two tokens, enumerated."""
    model = tiny()
    network, encoder = model.network, model.encoder
    prompt = encoder.prompt(STATES[0])
    size = encoder.tokenizer.get_vocab_size()
    with torch.inference_mode():
        first = network.next_token_logprobs(network.hidden(input_ids=torch.tensor([prompt]))[0, -1])
        words = torch.arange(size)
        rows = torch.cat([torch.tensor([prompt]).expand(size, -1), words[:, None]], dim=1)
        second = first[:, None] + network.next_token_logprobs(network.hidden(input_ids=rows)[:, -1])
        third = network.next_token_logprobs(
            network.hidden(input_ids=torch.cat([rows, torch.full((size, 1), 7)], dim=1))[:, -1]
        )
    one = {(t,): float(second[t, encoder.end]) for t in range(size) if t != encoder.end}
    two = {(t, 7): float(second[t, 7] + third[t, encoder.end]) for t in range(size)}
    found = decode(TorchEngine(network, 1), [prompt], size, end=encoder.end, longest=2)[0].tactics
    assert len(found) == size
    exact = {t.tokens: t.logprob for t in found}
    best = sorted((one | two).items(), key=lambda x: -x[1])[:5]
    for tokens, logprob in best:
        if logprob > found[-1].logprob and encoder.end not in tokens:
            assert exact[tokens] == pytest.approx(logprob, abs=1e-3)


def test_noise_of_children_fits_their_parent_and_their_probabilities() -> None:
    probabilities = np.array([0.5, 0.3, 0.15, 0.05])
    parents = np.full((1, 20_000), -1.0)
    phi = np.broadcast_to(np.log(probabilities), (1, 20_000, 4))
    score = gumbel_perturb(phi, parents, np.random.default_rng(0))
    assert np.allclose(score.max(-1), parents, atol=1e-4)
    counts = np.bincount(score.argmax(-1).flatten()) / 20_000
    assert np.allclose(counts, probabilities, atol=0.02)


def test_decoding_stops_when_nobody_wants_it() -> None:
    model = tiny()
    prompt = model.encoder.prompt(STATES[0])
    found = decode(
        TorchEngine(model.network, 1),
        [prompt],
        4,
        end=model.encoder.end,
        longest=6,
        cancelled=lambda: True,
    )
    assert found[0].tactics == []


def test_premises_are_found_by_their_symbols() -> None:
    premises = PremiseIndex(LEMMAS)
    assert premises.retrieve(STATES[0], 1) == ["Nat.add_comm"]
    assert premises.retrieve(STATES[1], 2)[0] == "List.append_nil"
    assert premises.retrieve(STATES[2], 5) == []
    assert symbols("xs.length = 2 * n.succ") == ["xs", "length", "=", "*", "succ"]
