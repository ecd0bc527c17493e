"""Mixtures of policies."""

from __future__ import annotations

from math import exp, log

import pytest

from prover.policies.mixture import Mixture
from prover.types import Proposal
from tests.support.states import STATES


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
