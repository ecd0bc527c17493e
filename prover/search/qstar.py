"""Q*: A* without expansions (Agostinelli et al., arXiv 2102.04518), over the AND/OR graph.

What waits is not a state but a pair of a state s and a tactic a, with the priority

    λ·g(s) + Q(s, a) + Σ h(siblings in T)

where Q(s, a) estimates the number of tactics to the end of the proof of s when the next one is a,
and T is the partial proof that leads to s.  Lean runs only the pairs that come out.  The paper's
guarantee carries over: with λ = 1 and a Q that never overestimates and is at least the cost of a,
`optimal` finds a least proof.

Where the paper has nobody who proposes actions, here is a policy, and what it finds probable can
count as well: `prior`·(-log P(a|s)) is added to a Q that is learned, for that tells tactics of one
kind apart less well than kinds.  The guarantee is not for that, as it is with `optimal`.

The pairs of one state stand sorted by Q in its candidate, and the state waits with its best pair.
A new state waits with V(s), a guess of min Q(s, ·), until the policy and Q are worth asking.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from prover.graph.store import Cost, one, surprise
from prover.search.expand import score
from prover.search.openlist import Candidate, OpenListSearch, Priority
from prover.types import Problem, Proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class QStar(OpenListSearch):
    path_cost: Cost = one
    prior: float = 0.0

    @property
    def slice(self) -> int:
        return 1

    async def rank(
        self, problem: Problem, candidate: Candidate, proposals: Sequence[Proposal]
    ) -> list[float]:
        """Q(s, a) of each.  Without a learned Q, V(s) and the policy's surprise stand in for it."""
        if problem.scorer is None:
            return [candidate.h + surprise(p) for p in proposals]
        q = await score(problem, problem.scorer, candidate.node, proposals)
        if self.optimal:
            return q
        return [cost + self.prior * surprise(p) for cost, p in zip(q, proposals, strict=True)]

    def priority(self, candidate: Candidate) -> Priority:
        """Among equals, the pair that is nearer to the end of its proof."""
        q = candidate.tactics[-1][0] if candidate.tactics else candidate.h + candidate.asked
        remaining = candidate.siblings + q
        return self.weight * candidate.g + remaining, remaining
