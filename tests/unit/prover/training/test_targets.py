"""Training targets: costs backed up through graphs, least proofs, preferences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings

from lean_env.types import Rejected, RejectionReason
from prover.graph.invariants import least_costs
from prover.graph.store import ProofGraph
from prover.training.bellman import back_up
from prover.training.examples import TacticTarget, TrainingExample
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
from tests.support.examples import CAP, NOTHING, PREFERENCE
from tests.support.searches import search_of
from tests.support.synthetic import Table, state, tables, whole_graph

TWO_WAYS: Table = {0: [(1,), (2, 3), None, (4,)], 1: [(5,)], 2: [()], 3: [()], 4: [], 5: [()]}
"""State 0 is proved by three tactics whichever way; 4 is a dead end."""


@given(tables())
@settings(max_examples=50, deadline=None)
def test_costs_are_those_of_least_proofs(table: Table) -> None:
    graph = whole_graph(table)
    costs = back_up(graph, CAP, lambda _: None, verified=True)
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
        costs = back_up(graph, CAP, lambda _, said=said: said, verified=False)
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
    costs = back_up(graph, CAP, lambda _: None, verified=False)
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
    costs = back_up(graph, CAP, lambda _: None, theorem="my_theorem", verified=False)
    assert costs.q(graph.root.edges[0]) == costs.value(graph.root) == cost


def test_what_the_gate_has_not_seen_is_not_taught() -> None:
    tried = AnalyzedSearch.of(search_of("half", {0: [(1, 2)], 1: [()], 2: [None] * 20}))
    assert not tried.verified
    assert policy_examples([tried]) == []
    trained = list(process_examples(tried, CAP, no_leaf_value, most=64, rng=Random(0)))
    assert {example.state.key: example.value for example in trained} == {"0": CAP, "2": CAP}


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
        AnalyzedSearch.of(open_ends), CAP, lambda _: 20.0, most=4, rng=Random(0)
    )
    assert len(first.tactics) == 4
    assert (first.tactics[0].tactic, first.tactics[0].weight) == ("t0_20", 1.0)


def test_preferences_are_for_the_proof() -> None:
    tried = AnalyzedSearch.of(search_of("t", {0: [(1,), None, (2,), ()], 1: [()], 2: []}))
    (example,) = preference_examples(tried, CAP, most=8, rng=Random(0))
    assert [t.tactic for t in example.tactics if t.preferred] == ["t0_3"]
    assert {t.tactic for t in example.tactics if t.dispreferred} == {"t0_0", "t0_1", "t0_2"}


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
