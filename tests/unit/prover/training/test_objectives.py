"""Batches of training examples, and the losses on them."""

from __future__ import annotations

from dataclasses import replace
from math import log
from random import Random

import pytest
import torch

from prover.training.batches import Batch, collate, make_batches, tokenize
from prover.training.examples import TacticTarget, TrainingExample
from prover.training.objectives import DPO, ILQL, joint_loss
from tests.support.examples import CAP, NOTHING, PREFERENCE
from tests.support.synthetic import state
from tests.support.tiny_model import STATES, TACTICS, tiny


def batch_of(*examples: TrainingExample) -> Batch:
    encoder = tiny().encoder
    written = [tokenize(example, encoder, lambda _: [], children=True) for example in examples]
    return collate(written, encoder)


def test_what_is_too_long_to_write_is_scored_but_not_said() -> None:
    long = "simp [" + ", ".join(f"lemma_{i}" for i in range(40)) + "]"
    pair = replace(PREFERENCE.tactics[0], tactic=long), PREFERENCE.tactics[1]
    model = tiny()
    written = tokenize(
        replace(PREFERENCE, tactics=pair), model.encoder, lambda _: [], children=False
    )
    cut, short = written.example.tactics
    assert (cut.weight, cut.preferred, cut.cost) == (0.0, False, 2.0)
    assert short == pair[1]


def test_what_has_no_target_has_no_loss() -> None:
    model, batch = tiny(), batch_of(NOTHING)
    parts = joint_loss(model.network(batch.packed), batch, model.network.value_bins)
    assert {name: float(part.mean().detach()) for name, part in parts.items()} == dict.fromkeys(
        parts, 0.0
    )


def test_the_joint_loss_is_the_mean_of_what_counts() -> None:
    """Imitation by weights; cross-entropy against two bins, each tactic for its share."""
    example = TrainingExample(
        state=STATES[0],
        theorem="t",
        value=2.5,
        tactics=(
            TacticTarget(tactic=TACTICS[0], weight=3.0, cost=2.0),
            TacticTarget(tactic=TACTICS[1], weight=1.0, cost=CAP, share=4.0),
            TacticTarget(tactic=TACTICS[2]),
        ),
    )
    model, batch = tiny(), batch_of(example)
    output = model.network(batch.packed)
    parts = joint_loss(output, batch, model.network.value_bins)
    first, second, _ = (-output.logprobs).tolist()
    assert float(parts["policy"].mean().detach()) == pytest.approx(
        (3 * first + second) / 4, rel=1e-5
    )
    value = -output.value.log_softmax(-1)[0].detach()
    assert float(parts["value"].mean().detach()) == pytest.approx(
        float(value[1] + value[2]) / 2, rel=1e-5
    )
    q = -output.q.log_softmax(-1).detach()
    expected = (float(q[0, 1]) + 4 * float(q[1, -1])) / 5
    assert float(parts["q"].mean().detach()) == pytest.approx(expected, rel=1e-5)


def test_the_conservative_part_of_ilql_is_that_of_the_paper() -> None:
    """Log Σ exp(-Q) + Q of the tactic that is imitated, over the tactics of its own state."""
    other = TrainingExample(
        state=STATES[1], theorem="t", tactics=(TacticTarget(tactic=TACTICS[2], cost=CAP),)
    )
    model, batch = tiny(), batch_of(PREFERENCE, other)
    output = model.network(batch.packed)
    q = model.network.value_bins.expected_cost(output.q).detach()[:2]
    found = ILQL(cql=0.5)(output, batch, model.network.value_bins)["conservative"]
    assert float(found.mean().detach()) == pytest.approx(
        0.5 * float((-q).logsumexp(0) + q[0]), rel=1e-4
    )


@pytest.mark.slow
def test_the_order_is_learned_where_the_bins_are_the_same() -> None:
    rare = TrainingExample(
        state=STATES[0],
        theorem="t",
        tactics=(
            *(TacticTarget(tactic=f"exact h{i}", cost=CAP, share=50.0) for i in range(4)),
            TacticTarget(tactic=TACTICS[0], cost=2.0),
            TacticTarget(tactic=TACTICS[1]),
        ),
    )
    batch, value_bins = batch_of(rare, NOTHING), tiny().network.value_bins
    before = joint_loss(tiny().network(batch.packed), batch, value_bins)["order"]
    assert float(before.mean().detach()) > 1
    after = train(lambda *read: {"order": joint_loss(*read)["order"]}, batch)
    q = value_bins.expected_cost(after.q)[:5].tolist()
    assert q[4] == min(q)
    assert float(joint_loss(after, batch, value_bins)["order"].mean().detach()) < 0.3


@pytest.mark.slow
def test_dpo_begins_at_log_2_and_comes_to_prefer() -> None:
    model, first, batch = tiny(), tiny(), batch_of(PREFERENCE)
    with torch.no_grad():
        reference = first.network(batch.packed).logprobs
    dpo = DPO(reference=lambda _: reference)
    start = dpo(model.network(batch.packed), batch, model.network.value_bins)["policy"]
    assert float(start.mean().detach()) == pytest.approx(log(2), abs=1e-4)
    after = train(dpo, batch)
    assert float(dpo(after, batch, model.network.value_bins)["policy"].mean().detach()) < 0.5
    better, worse = (after.logprobs - reference).tolist()
    assert better > worse


@pytest.mark.slow
def test_ilql_learns_the_costs_of_a_graph() -> None:
    batch = batch_of(
        PREFERENCE,
        TrainingExample(
            state=STATES[2], theorem="t", tactics=(TacticTarget(tactic="omega", cost=1.0),)
        ),
    )
    after = train(ILQL(cql=0.0), batch, steps=200)
    value_bins = tiny().network.value_bins
    q = value_bins.expected_cost(after.q).tolist()
    v = value_bins.expected_cost(after.value).tolist()
    assert q[1] > 20 and q[2] < 2.5 and q[0] < 8
    assert v[1] < 8 and v[0] < q[1]


def train(objective, batch: Batch, steps: int = 60):  # type: ignore[no-untyped-def]
    """What a tiny network reads after some steps on one batch."""
    network = tiny().network.train()
    optimizer = torch.optim.Adam(network.parameters(), 3e-3)
    for _ in range(steps):
        parts = objective(network(batch.packed), batch, network.value_bins)
        optimizer.zero_grad()
        torch.stack([part.mean() for part in parts.values()]).sum().backward()
        optimizer.step()
    return network(batch.packed)


def test_batches_hold_every_lesson_once() -> None:
    encoder = tiny().encoder
    examples = [
        TrainingExample(
            state=state(i, text="a + b " * (i % 7 + 1)),
            theorem="t",
            tactics=(TacticTarget(tactic="x"),),
        )
        for i in range(100)
    ]
    written = [tokenize(example, encoder, lambda _: [], children=False) for example in examples]
    found = make_batches(written, 120, Random(0))
    assert sorted(int(w.example.state.key) for batch in found for w in batch) == list(range(100))
    assert all(len(b) * max(w.tokens for w in b) <= 120 or len(b) == 1 for b in found)
    assert found == make_batches(written, 120, Random(0))
