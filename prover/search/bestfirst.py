"""Best-first search over the AND/OR graph.

For an open state n, with T the partial proof that leads to it,

    f(n) = λ·g(n) / L(n)^α + Σ h(siblings in T) + h(n)

g is the cost of the path from the root, least over all paths, L its length.  With h = 0, λ = 1 and
g = -Σ logprob this is BFS-Prover's score (arXiv 2502.03438), negated; α > 0 favours long paths.
BFS-Prover evaluates with α = 0.5; the default here is 0, plain Σ logprob as in ReProver, for the
policies at hand are no models trained to prove at that α.

The tactics of a state run in slices, most probable first.  In between, the state waits with the
priority that its next tactic's child would have (partial expansion, Yoshizumi et al. 2000), so that
a doubtful tactic here does not keep Lean from a good one elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from prover.graph.store import Cost, surprise
from prover.search.openlist import Candidate, OpenListSearch, Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class BestFirst(OpenListSearch):
    """A slice as long as `k` expands states at once."""

    slice: int = 8
    alpha: float = 0.0
    path_cost: Cost = surprise

    def priority(self, candidate: Candidate) -> Priority:
        g, length, h = candidate.g, candidate.length, candidate.h
        if candidate.tactics:
            cost = self.path_cost(candidate.tactics[-1][1])
            g, length, h = g + cost, length + 1, max(h - cost, 0.0)
        elif candidate.asked:
            h += candidate.asked  # a state that has used up its tactics has become less likely
        mean = g / max(length, 1) ** self.alpha
        return self.weight * mean + candidate.siblings + h, 0.0
