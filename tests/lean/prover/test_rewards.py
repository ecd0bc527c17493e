"""Rewards on real Lean, called as TRL's GRPOTrainer calls them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from lean_env.wire.client import LaunchFactory
from prover import Prover, Settings
from prover.proofs.replay import split_tactics
from prover.rewards import OPEN_STEP, Completion, ProofReward, Rewards, StepReward, script_of

SWAP = "theorem swap (p q : Prop) (h : p ∧ q) : q ∧ p"


@pytest.fixture(scope="module")
def prover(launch: LaunchFactory) -> Iterator[Prover]:
    with Prover(Settings(workers=1), launch=launch) as prover:
        yield prover


def rate(
    reward: ProofReward | StepReward,
    statement: str,
    completions: Sequence[Completion],
    header: str = "",
) -> Rewards:
    n = len(completions)
    return reward(
        prompts=["Prove it."] * n,
        completions=completions,
        completion_ids=[[0]] * n,
        statement=[statement] * n,
        header=[header] * n,
        trainer_state=None,
    )


def test_whole_proofs(prover: Prover) -> None:
    found = rate(
        ProofReward(prover),
        SWAP,
        [
            "exact ⟨h.2, h.1⟩",
            "constructor\n· exact h.2\n· exact h.1",
            "constructor",
            "sorry",
            "",
            [{"role": "assistant", "content": f"So:\n```lean\n{SWAP} := by\n  exact h.symm\n```"}],
        ],
    )
    assert found == [1, 1, 0, 0, 0, 1]


def test_what_only_the_gate_refuses_earns_nothing(prover: Prover) -> None:
    cheat = "axiom cheat : 1 = 2\n"
    assert rate(ProofReward(prover), "theorem t : 1 = 2", ["exact cheat"], cheat) == [0]
    assert rate(StepReward(prover), "theorem t : 1 = 2", ["exact cheat"], cheat) == [0]


def test_several_theorems_in_one_batch(prover: Prover) -> None:
    statements = ["theorem a : 1 = 1", "theorem b : 1 = 2", "theorem a : 1 = 1"]
    reward = ProofReward(prover)
    assert reward(["p"] * 3, ["rfl", "rfl", "skip"], statement=statements) == [1, 0, 0]


def test_steps_are_rated_by_what_the_graph_knows(prover: Prover) -> None:
    reward = StepReward(prover)
    first = ["constructor\nexact h.2\nexact h", "constructor\nrfl", "rfl", "skip\nskip"]
    assert rate(reward, SWAP, first) == [
        pytest.approx((OPEN_STEP + 1) / 3),  # after `constructor` only q is proved
        pytest.approx(OPEN_STEP / 2),
        0,
        0,  # leads nowhere
    ]
    proof = "constructor\nexact h.2\nexact h.1"
    assert rate(reward, SWAP, [proof]) == [1]
    assert rate(reward, SWAP, first[:2]) == [pytest.approx(2 / 3), pytest.approx(1 / 2)]


def test_the_tactics_of_a_block() -> None:
    block = """
      induction n with
      | zero => rfl
      | succ n ih =>
        -- hard
        simp
        omega
      -- and then
      have h : 1 = 1 := by
        rfl
      · exact h
    """
    steps = split_tactics(block)
    assert [step.split("\n")[0] for step in steps] == [
        "induction n with",
        "have h : 1 = 1 := by",
        "· exact h",
    ]
    assert steps[0].endswith("\n  omega")
    assert split_tactics("") == []


@pytest.mark.parametrize(
    "completion",
    [
        "  omega",
        "```lean4\n  omega\n```",
        "theorem t : 1 = 1 := by\n  omega\n",
        "First ```lean\nsimp\n``` no:\n```lean\ntheorem t : 1 = 1 := by\n  omega",
    ],
)
def test_the_script_in_a_completion(completion: str) -> None:
    assert script_of(completion) == "  omega"
