"""Prompt templates: what models are shown, and where their tactic ends."""

from __future__ import annotations

import pytest

from prover.policies.template import BFS_PROVER, CHAT, REPROVER
from tests.support.states import STATES


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
