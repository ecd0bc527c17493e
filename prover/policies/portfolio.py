"""Proposals without a model: Lean's automation, and structural tactics made from the goal.

All weights are set by hand.  The families for numbers were chosen with the valid split of miniF2F
in view, so results on that split are optimistic.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import log

from lean_env.types import ProofState
from prover.policies.tactic_families.automation import automation
from prover.policies.tactic_families.data import data
from prover.policies.tactic_families.facts import facts
from prover.policies.tactic_families.limits import limits
from prover.policies.tactic_families.mathlib import mathlib
from prover.policies.tactic_families.own_types import own_types
from prover.policies.tactic_families.products import products
from prover.policies.tactic_families.ranges import ranges
from prover.policies.tactic_families.residues import residues
from prover.policies.tactic_families.structure import structure
from prover.policies.tactic_families.view import View, WeightedTactics
from prover.types import Proposal

Family = Callable[[View], WeightedTactics]
"""Makes the tactics of one kind from a goal."""

FAMILIES: tuple[Family, ...] = (
    automation, structure, own_types, facts, data, residues, ranges, limits, products, mathlib,
)  # fmt: skip


class Portfolio:
    """Proposes the tactics of several families: deterministic, in well under a millisecond."""

    def __init__(self, families: Sequence[Family] = FAMILIES) -> None:
        self._families = families

    async def propose(self, states: Sequence[ProofState], k: int) -> list[list[Proposal]]:
        """Propose up to `k` tactics per state, most probable first; see `prover.types.Policy`."""
        return [self.tactics(state)[:k] for state in states]

    def tactics(self, state: ProofState) -> list[Proposal]:
        """All tactics for a state, most probable first.

        A tactic of several families has the greatest of its weights.
        """
        view = View(state)
        weights: dict[str, tuple[float, str]] = {}
        for family in self._families:
            for tactic, weight in family(view):
                if weight > weights.get(tactic, (0.0, ""))[0]:
                    weights[tactic] = (weight, family.__name__)
        total = sum(weight for weight, _ in weights.values())
        ranked = sorted(weights.items(), key=lambda item: -item[1][0])
        return [Proposal(t, log(w / total), f"portfolio.{name}") for t, (w, name) in ranked]
