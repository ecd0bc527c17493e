"""A policy and a value function of one's own, with any search."""

from collections.abc import Sequence

from lean_env import ProofState
from prover import Prover
from prover.search.best_first import AStar
from prover.types import Proposal


class Cautious:
    """Four tactics with fixed probabilities, and `exact` for every hypothesis."""

    async def propose(self, states: Sequence[ProofState], k: int) -> list[list[Proposal]]:
        """Return the first k tactics for each state."""
        return [self._for(state)[:k] for state in states]

    def _for(self, state: ProofState) -> list[Proposal]:
        names = [h.name for h in state.goals[0].hypotheses if h.is_prop and h.accessible]
        tactics = [*(f"exact {name}" for name in names), "intro x", "constructor", "omega", "simp"]
        return [
            Proposal(tactic, logprob=-0.5 * i, source="cautious")
            for i, tactic in enumerate(tactics)
        ]


class ShortTargets:
    """Expects a tactic for every ten characters of the goals' targets."""

    async def cost_to_go(self, states: Sequence[ProofState]) -> list[float]:
        """Estimate the number of remaining tactics of each state."""
        return [sum(len(goal.target) for goal in state.goals) / 10 for state in states]


if __name__ == "__main__":
    with Prover(policy=Cautious(), value=ShortTargets(), search=AStar(), timeout=30) as prover:
        result = prover.prove("theorem t (p q : Prop) (hp : p) (hq : q) : p ∧ (q ∧ p)")
        print(result.status, result.stats.lean_calls)
        print(result.proof)
