"""RMaxTS: tree search that is paid for novelty (DeepSeek-Prover-V1.5, arXiv 2408.08152).

A walk earns 1 when it ends in a state never seen before, else 0; so it goes where there is
something to discover, whatever its value.  At each state it chooses among its open tactics and one
more arm, "run the next tactic here", by discounted UCB (Garivier and Moulines 2008):

    W / N + √(2 ln ΣN / N)

where each further visit of an arm lets its earlier W and N count γ times as much.  Walks that are
under way count as visits that found nothing.

The paper's walk ends in a whole proof, of which each new state on the way is a discovery; here it
ends in one tactic.  Its states are new where the tree has not met them, here where the graph has
not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf, log, sqrt

from prover.graph.store import Edge
from prover.search.drive import drive
from prover.search.tree import Arm, Branch, Tree, Walk
from prover.types import Problem, Stop


@dataclass(frozen=True, slots=True, kw_only=True)
class RMaxTS:
    """`discount` is γ.  The policy gives `k` tactics for a state, at most `asks` times."""

    k: int = 64
    batch: int = 4
    asks: int = 4
    discount: float = 0.99

    async def search(self, problem: Problem) -> Stop:
        tree = _RMax(self, problem)
        await tree.enter(problem.graph.nodes)
        return await drive(problem, tree.next_job)


class _RMax(Tree):
    """`Branch.visits` and `.total` are the N and W of the arm that runs the next tactic."""

    def __init__(self, config: RMaxTS, problem: Problem) -> None:
        super().__init__(problem, k=config.k, batch=config.batch, asks=config.asks)
        self._discount = config.discount

    def choose(self, branch: Branch) -> Iterable[Arm | None]:
        arms: list[tuple[float, float, Arm | None]] = [
            (arm.visits + arm.unseen, arm.total, arm) for arm in branch.arms
        ]
        if branch.untried:
            inside = branch.unseen - sum(arm.unseen for arm in branch.arms)
            arms.append((branch.visits + inside, branch.total, None))
        visits = sum([n for n, _, _ in arms])

        def ucb(option: tuple[float, float, Arm | None]) -> float:
            n, total, _ = option
            return total / n + sqrt(2 * log(max(visits, 2.0)) / n) if n else inf

        arms.sort(key=ucb, reverse=True)
        branch.node.priority = ucb(arms[0]) if arms else None
        return [arm for _, _, arm in arms]

    def order(self, edge: Edge) -> Sequence[Branch]:
        """The state with the fewest walks under it first."""
        branches = [self.branch(c) for c in dict.fromkeys(edge.children) if c.open]
        return sorted(branches, key=lambda b: b.visits + sum([arm.visits for arm in b.arms]))

    def backup(self, walk: Walk, edge: Edge, new: bool) -> None:
        for branch, arm in walk:
            credited = branch if arm is None else arm
            credited.visits = self._discount * credited.visits + 1
            credited.total = self._discount * credited.total + new
