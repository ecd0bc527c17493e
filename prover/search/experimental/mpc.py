"""Model predictive control: look ahead a few steps, commit to one, look ahead again.

From the state at hand the `breadth` best tactics run, then those of the states that they leave, and
so on for `horizon` steps.  The states at the horizon are valued by the cost-to-go, and the tactic
that the cheapest plan begins with is taken:

    cost(s, 0) = V(s)      cost(s, d) = min over tactics of 1 + Σ cost(s', d - 1)

The states that it leaves are proved one after another in the same way, the hardest first.  When the
state at hand has no way on, the next episode begins at the root.  An episode that has run nothing
new explores the nearest state with tactics left, so that in the end none is left out.

Measured on the 68 statements of miniF2F core's valid split with 1000 Lean calls each and the
portfolio policy: 55 proved, against 54 to 56 for the other searches, no difference beyond chance.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

from prover.graph.store import Edge, Node
from prover.search.experimental.moves import Moves
from prover.search.runtime import run_steps
from prover.types import NodeStatus, Problem, StopReason


@dataclass(frozen=True, slots=True, kw_only=True)
class MPC:
    """Model predictive control; see the module.

    Attributes:
        horizon: How many steps are looked ahead.
        breadth: How many tactics run in each state.
        k: How many tactics the policy proposes at a time.
    """

    horizon: int = 2
    breadth: int = 8
    k: int = 64

    async def search(self, problem: Problem) -> StopReason:
        """Search until the root is proved or the budget is used up; see the module."""
        return await run_steps(problem, _Controller(self, problem).step)


class _Controller:
    def __init__(self, config: MPC, problem: Problem) -> None:
        self._config, self._problem = config, problem
        self._moves = Moves(problem, k=config.k)
        self._todo: list[Node] = []  # states still to be proved in this episode, the next one last
        self._passed: set[int] = set()  # states in which this episode has committed itself
        self._ran = True

    async def step(self) -> None:
        while self._todo and not self._todo[-1].open:
            self._todo.pop()
        if not self._todo:
            await self._begin()
        here = self._todo.pop()
        await self._look_ahead(here)
        if not here.open:
            return
        edge = self._plan(here)
        if edge is None:
            self._todo = []
            return
        self._passed.add(here.id)
        left = [child for child in dict.fromkeys(edge.children) if child.open]
        self._todo += sorted(left, key=self._moves.cost_to_go)

    async def _begin(self) -> None:
        """A new episode at the root."""
        if not self._ran:
            await self._explore(next(iter(self._with_tactics())))
        self._todo, self._passed, self._ran = [self._problem.graph.root], set(), False

    async def _look_ahead(self, here: Node) -> None:
        level = [here]
        for _ in range(self._config.horizon):
            await self._moves.load(level)
            await self._run(level)
            edges = [e for n in level if n.open for e in n.edges if e.status is NodeStatus.OPEN]
            level = [c for c in dict.fromkeys(c for e in edges for c in e.children) if c.open]
            await self._moves.evaluate(level)

    async def _run(self, nodes: list[Node]) -> None:
        work = [(n, self._moves.left(n)[: self._config.breadth]) for n in nodes if n.open]
        work = [(node, proposals) for node, proposals in work if proposals]
        self._ran |= bool(work)
        await self._moves.run(work)

    async def _explore(self, node: Node) -> None:
        await self._moves.load([node])
        await self._run([node])

    def _plan(self, here: Node) -> Edge | None:
        """The tactic that the cheapest plan begins with."""
        plans = [
            (self._edge_cost(edge, self._config.horizon), edge.id, edge) for edge in _ways(here)
        ]
        cost, _, best = min(plans, default=(inf, 0, None))
        here.priority = cost if cost < inf else None
        return best if cost < inf else None

    def _edge_cost(self, edge: Edge, depth: int) -> float:
        if any([child.id in self._passed for child in edge.children]):
            return inf  # back to where the episode came from
        return 1 + sum([self._cost(child, depth - 1) for child in edge.children])

    def _cost(self, node: Node, depth: int) -> float:
        ways = [] if depth == 0 or not node.open else _ways(node)
        if not ways:
            return self._moves.cost_to_go(node)
        return min(self._edge_cost(edge, depth) for edge in ways)

    def _with_tactics(self) -> Iterator[Node]:
        """Open states that can take more tactics, from the root outward."""
        found = {self._problem.graph.root.id: self._problem.graph.root}
        for node in (todo := list(found.values())):
            if not node.exhausted:
                yield node
            for edge in _ways(node):
                for child in edge.children:
                    if child.open and child.id not in found:
                        found[child.id] = child
                        todo.append(child)


def _ways(node: Node) -> list[Edge]:
    return [edge for edge in node.edges if edge.status is NodeStatus.OPEN]
