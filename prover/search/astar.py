"""Weighted A* over the AND/OR graph.

    f(n) = λ·g(n) + h(n) + Σ h(siblings in T)

for an open state n and T the partial proof that leads to it: every state that T leaves open has to
be proved as well.  λ below 1 trusts h more than the cost so far (Pohl 1970; DeepCubeA takes 0.6 to
0.8).  A state that comes out of the open list is expanded: all its tactics run in Lean.  `batch`
states come out at a time, as in DeepCubeA (Agostinelli et al. 2019), so that no worker waits.

With λ = 1, h exact, and one state at a time, the first proof found is a least one.
"""

from __future__ import annotations

from dataclasses import dataclass

from prover.graph.store import Cost, one
from prover.search.openlist import Candidate, OpenListSearch, Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class AStar(OpenListSearch):
    path_cost: Cost = one

    @property
    def slice(self) -> int:
        return self.k * self.asks

    def priority(self, candidate: Candidate) -> Priority:
        """Among equals, the one that is nearer to the end of its proof."""
        asked_again = candidate.asked if not candidate.tactics else 0
        remaining = candidate.siblings + candidate.h + asked_again
        return self.weight * candidate.g + remaining, remaining
