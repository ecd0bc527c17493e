"""Monte Carlo tree search with PUCT over the AND/OR graph, as AlphaProof and HTPS do it.

A walk takes at each state s the tactic of greatest

    worth(value of the tactic) + exploration(P / ΣP, visits of the tactic, visits of s)

and, of the states that it left, those that are proved passed over, the one of greatest

    1 - worth(value of the state) + exploration(1 / their number, its visits, visits of them all)

where what no walk has entered is worth 0, until it comes to a tactic that was not run.  What it
finds there goes up the walk; where a tactic left several states, what their means say goes on up.

Where this differs from both papers: one walk runs one tactic, as AlphaZero adds one leaf, while
they run all tactics of a new state at once; so a tactic not run yet counts as good as its state
has been until now (they: as 0 and as a constant), or the first one would be followed for ever.
In what goes up, states not entered count by their value function.  Rejected tactics leave ΣP, as
in the papers.  Walks that are under way count as visits, not as results (WU-UCT, Liu et al. 2020).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log, prod, sqrt
from typing import Protocol

from prover.graph.store import Edge
from prover.search.drive import drive
from prover.search.tree import Arm, Branch, Tree, Walk
from prover.types import Problem, Status, Stop


class Rule(Protocol):
    """What values mean, how they go up, and how they are weighed against what is unexplored."""

    def leaf(self, cost_to_go: float) -> float:
        """The value of a state that was not entered yet."""

    def tactic(self, states: Sequence[float]) -> float:
        """The value of a tactic by those of the states that it leaves."""

    def state(self, tactic: float) -> float:
        """What a tactic of that value is worth to the state in which it is run."""

    def worth(self, value: float) -> float:
        """A value on the scale from 0 to 1, where 1 is proved."""

    def exploration(self, prior: float, visits: float, all_visits: float) -> float: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AlphaProof:
    """Values are steps to go; a tactic is as far from the end as the worst state that it leaves.

    worth = γ^steps
    exploration = P · (ln((N + c_base + 1) / c_base) + c_init) · √N / (n + 1)

    (Hubert et al., Nature 2025, with the constants of its pseudocode.  There the value is negative
    and counts the tactic itself, hence the exponent -1 - (r + V), with r = -1.)
    """

    c_base: float = 3200.0
    c_init: float = 0.001
    discount: float = 0.99

    def leaf(self, cost_to_go: float) -> float:
        return cost_to_go

    def tactic(self, states: Sequence[float]) -> float:
        return max(states, default=0.0)

    def state(self, tactic: float) -> float:
        return 1.0 + tactic

    def worth(self, value: float) -> float:
        return float(self.discount**value)

    def exploration(self, prior: float, visits: float, all_visits: float) -> float:
        c = log((all_visits + self.c_base + 1) / self.c_base) + self.c_init
        return float(c * prior * sqrt(all_visits) / (visits + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class HyperTree:
    """Values are chances of a proof, a tactic's the product of those of the states that it leaves;
    that of a state not entered is `discount` to the power of its cost-to-go, the critic's place.

    worth = Q,   exploration = c · P · √N / (n + 1)   (HTPS, Lample et al., arXiv 2205.11491)

    The paper goes on with all states that a tactic left, and backs up the product of what this one
    pass found in them; here a walk goes on with one, and the means of the others take their place.
    """

    c: float = 1.0
    discount: float = 0.9

    def leaf(self, cost_to_go: float) -> float:
        return float(self.discount**cost_to_go)

    def tactic(self, states: Sequence[float]) -> float:
        return prod(states)

    def state(self, tactic: float) -> float:
        return tactic

    def worth(self, value: float) -> float:
        return value

    def exploration(self, prior: float, visits: float, all_visits: float) -> float:
        return float(self.c * prior * sqrt(all_visits) / (visits + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class MCTS:
    """The policy gives `k` tactics for a state, and again while it was asked at most
    widen_c · N^widen_alpha times or no tactic is left (AlphaProof's progressive sampling), `asks`
    times at most."""

    k: int = 64
    batch: int = 4
    asks: int = 4
    widen_c: float = 0.01
    widen_alpha: float = 0.6
    rule: Rule = AlphaProof()

    async def search(self, problem: Problem) -> Stop:
        tree = _Mcts(self, problem)
        await tree.enter(problem.graph.nodes)
        return await drive(problem, tree.next_job)


class _Mcts(Tree):
    def __init__(self, config: MCTS, problem: Problem) -> None:
        super().__init__(problem, k=config.k, batch=config.batch, asks=config.asks)
        self._config, self._rule = config, config.rule

    def widen(self, branch: Branch) -> bool:
        config = self._config
        return branch.asked <= config.widen_c * float(branch.visits**config.widen_alpha)

    def choose(self, branch: Branch) -> Iterable[Arm | None]:
        rule, visits = self._rule, branch.visits + branch.unseen
        mass = branch.mass or 1.0

        def score(arm: Arm) -> float:
            value = arm.total / arm.visits if arm.visits else self._value(branch)
            explored = rule.exploration(arm.prior / mass, arm.visits + arm.unseen, visits)
            return rule.worth(value) + explored

        options: list[tuple[float, Arm | None]] = [(score(arm), arm) for arm in branch.arms]
        if branch.untried:
            prior = branch.untried[-1][0] / mass
            untried = rule.worth(self._value(branch)) + rule.exploration(prior, 0.0, visits)
            options.append((untried, None))
        options.sort(key=lambda option: -option[0])
        branch.node.priority = options[0][0] if options else None
        return [option for _, option in options]

    def order(self, edge: Edge) -> Sequence[Branch]:
        rule = self._rule
        states = [self.branch(child) for child in dict.fromkeys(edge.children) if child.open]
        visits = sum([b.visits + b.unseen for b in states])

        def score(branch: Branch) -> float:
            entered = branch.visits + branch.unseen
            worth = rule.worth(self._value(branch)) if entered else 0.0
            return 1 - worth + rule.exploration(1 / len(states), entered, visits)

        return sorted(states, key=score, reverse=True)

    def backup(self, walk: Walk, edge: Edge, new: bool) -> None:
        if edge.status is Status.FAILED:
            return  # a tactic that Lean rejects is as if it had not been proposed
        arms = [arm for _, arm in walk[:-1] if arm is not None] + [walk[-1][0].arms[-1]]
        value = self._of_tactic(edge)
        for (branch, _), arm in zip(reversed(walk), reversed(arms), strict=True):
            if len(arm.edge.children) > 1:
                value = self._of_tactic(arm.edge)
            arm.visits += 1
            arm.total += value
            value = self._rule.state(value)
            branch.visits += 1
            branch.total += value

    def _of_tactic(self, edge: Edge) -> float:
        return self._rule.tactic([self._value(self.branch(child)) for child in edge.children])

    def _value(self, branch: Branch) -> float:
        """The mean over all walks; before the first one, what the value function says."""
        if branch.node.status is Status.PROVED:
            return self._rule.leaf(0.0)
        return branch.total / branch.visits if branch.visits else self._rule.leaf(branch.h)
