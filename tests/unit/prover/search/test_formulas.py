"""The formulas of the searches, worked out by hand from the papers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from math import exp, log, sqrt

import pytest

from lean_env.types import ProofState, Tactic
from prover.search.best_first import BestFirst, OpenState, QStar
from prover.search.experimental.rmax import RMaxTS, _RMax
from prover.search.mcts import MCTS, AlphaProof, HyperTree, Rule, _Mcts
from prover.types import Problem, Proposal
from tests.support.problems import make_problem
from tests.support.synthetic import Table

CHAIN: Table = {i: [(i + 1,)] for i in range(40)} | {40: [(40,)]}


class Guessed:
    """V of state i is the i-th figure, 0 beyond."""

    def __init__(self, *figures: float) -> None:
        self.figures = figures

    async def cost_to_go(self, states: Sequence[ProofState]) -> list[float]:
        names = [int(state.key) for state in states]
        return [self.figures[i] if i < len(self.figures) else 0.0 for i in names]


def walk(tree: _Mcts | _RMax, problem: Problem, times: int) -> None:
    async def walks() -> None:
        await tree.add_nodes(problem.graph.nodes)
        while len(problem.graph.edges) < times:
            job = tree.next_job()
            assert job is not None
            await job

    asyncio.run(walks())


def test_alphaproof_score() -> None:
    """0.99^(-1-(r+V)) with r = -1 and V = -4, the steps to go after the tactic."""
    rule = AlphaProof()
    assert rule.q(4.0) == pytest.approx(0.99 ** (-1 - (-1 - 4)))
    bonus = 0.25 * (log((9 + 3200 + 1) / 3200) + 0.001) * sqrt(9) / (2 + 1)
    assert rule.exploration(0.25, 2, 9) == pytest.approx(bonus)
    assert rule.node_value(rule.edge_value([1.0, 3.0])) == 1 + 3


def test_hypertree_score() -> None:
    rule = HyperTree(c=2.0)
    assert rule.q(0.7) == 0.7
    assert rule.exploration(0.25, 2, 9) == pytest.approx(2 * 0.25 * 3 / 3)
    assert rule.node_value(rule.edge_value([0.5, 0.4])) == pytest.approx(0.2)


def test_what_a_walk_finds_goes_up_to_the_root() -> None:
    """Not the means of what all walks have found: AlphaZero's, and AlphaProof's, backup."""
    problem = make_problem(CHAIN, value=Guessed(9.0, 7.0, 4.0, 2.0))
    tree = _Mcts(MCTS(batch=1), problem)
    walk(tree, problem, 3)
    root = tree.stats(problem.graph.root)
    assert root.edges[0].visits == root.visits == 3
    assert root.edges[0].total_value == pytest.approx(7 + (1 + 4) + (2 + 2))
    assert root.total_value == pytest.approx(3 + root.edges[0].total_value)


@pytest.mark.parametrize("rule", [AlphaProof(), HyperTree()])
def test_each_state_that_a_tactic_leaves_gets_its_turn(rule: Rule) -> None:
    table = CHAIN | {100: [(101,)], 101: [(102,)], 102: [()], 0: [(1, 100)]}
    problem = make_problem(table)
    tree = _Mcts(MCTS(batch=1, rule=rule), problem)
    walk(tree, problem, 20)
    first, second = problem.graph.root.edges[0].children
    assert first.edges and second.edges


def test_priors_count_among_the_tactics_that_lean_took() -> None:
    problem = make_problem({0: [None, (1,), (1,)], 1: [(1,)]})
    tree = _Mcts(MCTS(batch=1), problem)
    walk(tree, problem, 3)
    root = tree.stats(problem.graph.root)
    assert root.prior_mass == pytest.approx(exp(-1.1) + exp(-1.2))


def test_a_state_that_proves_promising_is_asked_for_more_before_its_tactics_are_used_up() -> None:
    table: Table = {0: [(1,)] * 20, 1: [None]}
    asked = {}
    for widen_c in (0.01, 1.0):
        problem = make_problem(table)
        tree = _Mcts(MCTS(k=4, batch=1, widen_c=widen_c), problem)
        walk(tree, problem, 4)
        asked[widen_c] = tree.stats(problem.graph.root).policy_calls
    assert asked == {0.01: 1, 1.0: 2}


def test_novelty_is_discounted() -> None:
    """W and N of "run the next tactic": a find, another one, then a walk that found nothing."""
    problem = make_problem({0: [(1,), (2,)], 1: [None], 2: [None]})
    tree = _RMax(RMaxTS(batch=1), problem)
    walk(tree, problem, 1)
    root, edge = tree.stats(problem.graph.root), problem.graph.edges[0]
    assert (root.total_value, root.visits) == (1.0, 1.0)
    tree.backup([(root, None)], edge, new=True)
    assert root.total_value == root.visits == pytest.approx(0.99 + 1)
    tree.backup([(root, None)], edge, new=False)
    assert root.total_value == pytest.approx(0.99 * 1.99)
    assert root.visits == pytest.approx(0.99 * 1.99 + 1)


def test_bfs_prover_score() -> None:
    """Σ log p / L^α, negated, of a state two tactics from the root, and of its next child."""
    state = OpenState(make_problem(CHAIN).graph.root, 0.0, g=3.0, length=2)
    search = BestFirst(alpha=0.5)
    assert search.priority(state)[0] == pytest.approx(3.0 / 2**0.5)
    state.untried = [(1.5, Proposal("simp", -1.5))]
    assert search.priority(state)[0] == pytest.approx(4.5 / 3**0.5)


class Judged:
    """Q of tactics by their names."""

    def __init__(self, **q: float) -> None:
        self.q = q

    async def score(
        self,
        state: ProofState,  # noqa: ARG002  names of tactics are unique
        tactics: Sequence[Tactic],
    ) -> list[float]:
        return [self.q[tactic] for tactic in tactics]


@pytest.mark.parametrize(
    ("search", "ranks"),
    [
        (QStar(prior_weight=0.5), [3.0 + 0.5 * 2.0, 1.0 + 0.5 * 6.0]),
        (QStar(prior_weight=0.5, optimal=True), [3.0, 1.0]),  # else Q would overestimate
    ],
)
def test_the_policy_counts_beside_a_learned_q(search: QStar, ranks: list[float]) -> None:
    problem = make_problem(CHAIN, scorer=Judged(simp=3.0, omega=1.0))
    proposals = [Proposal("simp", -2.0), Proposal("omega", -6.0)]
    state = OpenState(problem.graph.root, 0.0)
    assert asyncio.run(search.score_tactics(problem, state, proposals)) == pytest.approx(ranks)
