"""Proof states that a model can be asked about."""

from __future__ import annotations

from lean_env.types import Goal, Hypothesis, ProofState
from tests.support.synthetic import THEOREM

STATES = [
    ProofState("1", THEOREM, (Goal("a + b = b + a", (Hypothesis("a b", "Nat"),)),)),
    ProofState("2", THEOREM, (Goal("xs ++ [] = xs", (Hypothesis("xs", "List Nat"),)),)),
]
