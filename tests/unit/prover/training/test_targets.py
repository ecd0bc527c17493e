"""What is taught: costs backed up through graphs, least proofs, preferences; and the losses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import log
from random import Random

import pytest
import torch
from hypothesis import given, settings

from lean_env.types import Rejected, RejectionReason
from prover.graph.invariants import least_costs
from prover.graph.store import ProofGraph
from prover.training.batches import Batch, collate, make_batches, tokenize
from prover.training.bellman import back_up
from prover.training.examples import TacticTarget, TrainingExample
from prover.training.objectives import DPO, ILQL, joint_loss
from prover.training.targets import (
    AnalyzedSearch,
    no_leaf_value,
    outcome_examples,
    policy_examples,
    preference_examples,
    process_examples,
    subsample,
)
from prover.types import Proposal
from tests.support.searches import search_of
from tests.support.synthetic import Table, state, tables, whole_graph
from tests.support.tiny_model import STATES, TACTICS, tiny

CAP = 32.0
TWO_WAYS: Table = {0: [(1,), (2, 3), None, (4,)], 1: [(5,)], 2: [()], 3: [()], 4: [], 5: [()]}
"""State 0 is proved by three tactics whichever way; 4 is a dead end."""


@given(tables())
@settings(max_examples=50, deadline=None)
def test_costs_are_those_of_least_proofs(table: Table) -> None:
    graph = whole_graph(table)
    costs = back_up(graph, CAP, lambda node: None, verified=True)
    for node, exact in zip(graph.nodes, least_costs(graph), strict=True):
        if node.edges:
            assert costs.value(node) == min(exact, CAP)
            for edge in node.edges:
                if isinstance(edge.transition, Rejected):
                    assert costs.q(edge) == CAP


def test_untried_states_cost_what_the_network_says() -> None:
    graph = AnalyzedSearch.of(
        search_of("open", {0: [(1,), (2,)], 1: [None] * 20, 2: []}, open={0, 2})
    ).graph
    for said in (None, 5.0):
        costs = back_up(graph, CAP, lambda node, said=said: said, verified=False)
        q = [costs.q(edge) for edge in graph.root.edges]
        assert q == [CAP, None if said is None else 6.0]
        assert costs.value(graph.root) == (None if said is None else 6.0)


def test_what_only_the_library_may_not_use_is_not_held_against_a_tactic() -> None:
    later = "the library declares 'Nat.add_comm' after this theorem"
    graph = ProofGraph(state(0))
    for tactic, message in [
        ("simp", later),
        ("rfl", "no"),
        *[(f"simp {i}", "no") for i in range(20)],
    ]:
        graph.add(graph.root, Proposal(tactic, -1.0), Rejected(RejectionReason.ERROR, message))
    costs = back_up(graph, CAP, lambda node: None, verified=False)
    assert [costs.q(edge) for edge in graph.root.edges[:2]] == [None, CAP]
    assert costs.value(graph.root) is None


@pytest.mark.parametrize(
    ("tactic", "used", "cost"),
    [
        ("omega", "Lean.Omega.Constraint", 1.0),
        ("cases n <;> grind", "Nat.recAux", 1.0),
        ("grind <;> simp", "Nat.recAux", None),  # nobody knows what simp left
        ("exact?", "my_theorem", None),  # closed by the theorem itself
    ],
)
def test_what_would_have_closed_the_goal_in_a_users_file_is_worth_as_much(
    tactic: str, used: str, cost: float | None
) -> None:
    graph = ProofGraph(state(0))
    later = f"the library declares '{used}' after this theorem"
    graph.add(graph.root, Proposal(tactic, -1.0), Rejected(RejectionReason.ERROR, later))
    costs = back_up(graph, CAP, lambda node: None, theorem="my_theorem", verified=False)
    assert costs.q(graph.root.edges[0]) == costs.value(graph.root) == cost


def test_what_the_gate_has_not_seen_is_not_taught() -> None:
    tried = AnalyzedSearch.of(search_of("half", {0: [(1, 2)], 1: [()], 2: [None] * 20}))
    assert not tried.verified
    assert policy_examples([tried]) == []
    taught = list(process_examples(tried, CAP, no_leaf_value, most=64, rng=Random(0)))
    assert {example.state.key: example.value for example in taught} == {"0": CAP, "2": CAP}


def test_policies_imitate_least_proofs_and_rare_lengths_count_more() -> None:
    short = [AnalyzedSearch.of(search_of(f"short {i}", {0: [None, ()]})) for i in range(9)]
    long = AnalyzedSearch.of(search_of("long", TWO_WAYS))
    examples = policy_examples([*short, long])
    assert len(examples) == 9 + 3
    weight = {(t.theorem, t.state.key): t.tactics[0].weight for t in examples}
    assert weight["long", "0"] == pytest.approx(weight["short 0", "0"] * (9 + 2) ** 0.5, rel=0.3)
    assert sum(weight.values()) == pytest.approx(len(examples))
    assert {t.tactics[0].tactic for t in examples if t.theorem == "short 0"} == {"t0_1"}


def test_process_and_outcome_rewards_differ_off_the_proof() -> None:
    tried = AnalyzedSearch.of(search_of("t", TWO_WAYS))

    def q(examples: list[TrainingExample]) -> Mapping[str, float | None]:
        return {t.tactic: t.cost for example in examples for t in example.tactics}

    process = q(list(process_examples(tried, CAP, no_leaf_value, most=64, rng=Random(0))))
    outcome = q(list(outcome_examples(tried, CAP, most=64, rng=Random(0))))
    assert process == {
        "t0_0": 3.0, "t0_1": 3.0, "t0_2": CAP, "t0_3": CAP, "t1_0": 2.0, "t2_0": 1.0, "t3_0": 1.0,
        "t5_0": 1.0,
    }  # fmt: skip
    assert outcome["t0_3"] == CAP
    assert sorted([outcome["t0_0"], outcome["t0_1"]]) == [3.0, CAP]
    assert "t0_2" not in outcome


def test_of_many_tactics_some_stand_for_the_rest() -> None:
    tried = AnalyzedSearch.of(search_of("t", {0: [*[None] * 30, (), ()]}))
    (example,) = process_examples(tried, CAP, no_leaf_value, most=12, rng=Random(0))
    assert len(example.tactics) == 12
    assert {t.tactic for t in example.tactics if t.cost == 1.0} == {"t0_30", "t0_31"}
    assert sum(t.share for t in example.tactics) == pytest.approx(32)


def test_of_many_tactics_that_lead_on_those_of_the_proof_stay() -> None:
    open_ends = search_of("t", {0: [*[(1,)] * 20, ()], 1: [(1,)]})
    (first, *_) = process_examples(
        AnalyzedSearch.of(open_ends), CAP, lambda s: 20.0, most=4, rng=Random(0)
    )
    assert len(first.tactics) == 4
    assert (first.tactics[0].tactic, first.tactics[0].weight) == ("t0_20", 1.0)


def test_what_is_too_long_to_write_is_scored_but_not_said() -> None:
    long = "simp [" + ", ".join(f"lemma_{i}" for i in range(40)) + "]"
    pair = replace(PREFERENCE.tactics[0], tactic=long), PREFERENCE.tactics[1]
    model = tiny()
    written = tokenize(
        replace(PREFERENCE, tactics=pair), model.encoder, lambda s: [], children=False
    )
    cut, short = written.example.tactics
    assert (cut.weight, cut.preferred, cut.cost) == (0.0, False, 2.0)
    assert short == pair[1]


def test_preferences_are_for_the_proof() -> None:
    tried = AnalyzedSearch.of(search_of("t", {0: [(1,), None, (2,), ()], 1: [()], 2: []}))
    (example,) = preference_examples(tried, CAP, most=8, rng=Random(0))
    assert [t.tactic for t in example.tactics if t.preferred] == ["t0_3"]
    assert {t.tactic for t in example.tactics if t.dispreferred} == {"t0_0", "t0_1", "t0_2"}


# Losses


def batch_of(*examples: TrainingExample) -> Batch:
    encoder = tiny().encoder
    written = [tokenize(example, encoder, lambda s: [], children=True) for example in examples]
    return collate(written, encoder)


PREFERENCE = TrainingExample(
    state=STATES[0],
    theorem="t",
    value=2.0,
    tactics=(
        TacticTarget(
            tactic=TACTICS[0], cost=2.0, weight=1.0, preferred=True, children=(STATES[2],)
        ),
        TacticTarget(tactic=TACTICS[1], cost=CAP, dispreferred=True),
    ),
)
NOTHING = TrainingExample(state=STATES[1], theorem="t", tactics=(TacticTarget(tactic=TACTICS[1]),))


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
    """log Σ exp(-Q) + Q of the tactic that is imitated, over the tactics of its own state."""
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
    after = taught(lambda *read: {"order": joint_loss(*read)["order"]}, batch)
    q = value_bins.expected_cost(after.q)[:5].tolist()
    assert q[4] == min(q)
    assert float(joint_loss(after, batch, value_bins)["order"].mean().detach()) < 0.3


def test_of_hopeless_states_some_stand_for_the_rest() -> None:
    good = replace(PREFERENCE, value=None)
    alike = [replace(good, tactics=(TacticTarget(tactic="omega", cost=1.0),), theorem="t")] * 9
    assert len(subsample(alike, CAP, Random(0))) == 4
    bad = [replace(NOTHING, theorem=str(i), value=CAP) for i in range(20)]
    found = subsample([good, *bad], CAP, Random(0))
    assert found[0] is good
    assert len(found) == 2
    assert sum(example.share for example in found[1:]) == pytest.approx(20)
    imitated = [replace(NOTHING, tactics=(TacticTarget(tactic="rfl", weight=1.0),))] * 9
    assert subsample(imitated, CAP, Random(0)) == imitated


@pytest.mark.slow
def test_dpo_begins_at_log_2_and_comes_to_prefer() -> None:
    model, first, batch = tiny(), tiny(), batch_of(PREFERENCE)
    with torch.no_grad():
        reference = first.network(batch.packed).logprobs
    dpo = DPO(reference=lambda b: reference)
    start = dpo(model.network(batch.packed), batch, model.network.value_bins)["policy"]
    assert float(start.mean().detach()) == pytest.approx(log(2), abs=1e-4)
    after = taught(dpo, batch)
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
    after = taught(ILQL(cql=0.0), batch, steps=200)
    value_bins = tiny().network.value_bins
    q = value_bins.expected_cost(after.q).tolist()
    v = value_bins.expected_cost(after.value).tolist()
    assert q[1] > 20 and q[2] < 2.5 and q[0] < 8
    assert v[1] < 8 and v[0] < q[1]


def taught(objective, batch: Batch, steps: int = 60):  # type: ignore[no-untyped-def]
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
    written = [tokenize(example, encoder, lambda s: [], children=False) for example in examples]
    found = make_batches(written, 120, Random(0))
    assert sorted(int(w.example.state.key) for batch in found for w in batch) == list(range(100))
    assert all(len(b) * max(w.tokens for w in b) <= 120 or len(b) == 1 for b in found)
    assert found == make_batches(written, 120, Random(0))
