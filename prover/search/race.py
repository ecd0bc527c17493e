"""Several algorithms take turns on one graph, under one budget.

Each turn continues from the results of the others and may use `turn` Lean calls, doubled after each
round: what one algorithm finds alone is found within a constant factor of its own calls.  Proposals
are cached, so that a state is expanded only once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lean_env.types import ProofState
from prover.graph.store import node_key
from prover.search.runtime import has_more_later, stop_reason
from prover.types import Policy, Problem, Proposal, SearchAlgorithm, StopReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Race:
    """Algorithms that take turns; see the module.

    Attributes:
        searches: The algorithms.
        turn: Lean calls of one turn in the first round.
    """

    searches: Sequence[SearchAlgorithm]
    turn: int = 32

    async def search(self, problem: Problem) -> StopReason:
        """Search until one algorithm succeeds, nothing is left to try, or the budget ends."""
        policy = _CachingPolicy(problem.policy)
        calls = self.turn
        while True:
            for search in self.searches:
                turn = replace(problem, policy=policy, budget=problem.budget.sub_budget(calls))
                stop = await search.search(turn)
                if stop is not StopReason.LEAN_CALLS:
                    return stop
                if over := stop_reason(problem):
                    return over
            calls *= 2


class _CachingPolicy(Policy):
    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._known: dict[object, tuple[int, list[Proposal]]] = {}

    async def propose(self, states: Sequence[ProofState], k: int) -> list[list[Proposal]]:
        """Call the policy only for states whose cached answer may be incomplete."""
        new = [
            s for s in states if self._known.get(node_key(s), (0,))[0] < k or self.has_more_later(s)
        ]
        if new:
            found = await self._policy.propose(new, k)
            self._known |= {node_key(s): (k, ps) for s, ps in zip(new, found, strict=True)}
        return [self._known[node_key(s)][1][:k] for s in states]

    def has_more_later(self, state: ProofState) -> bool:
        return has_more_later(self._policy, state)
