"""Beam search: a tree of thought (Yao et al., arXiv 2305.10601) of limited breadth.

On each level the `width` best pairs of a state and a tactic, by Q(s, a) plus the cost-to-go of the
states to be proved beside s, are run; all states that they leave make up the next level.  (The
paper scores states; here each of them would cost a Lean call first.)  A tactic that was run before
takes part as well, and costs no call.

When a level has no states, the next pass begins at the root with twice the width, so that in the
end nothing is left out.

Measured on the 68 statements of miniF2F core's valid split with 1000 Lean calls each and the
portfolio policy: 54 proved, against 54 to 56 for the other searches, no difference beyond chance.
"""

from __future__ import annotations

from dataclasses import dataclass

from prover.graph.store import Edge, Node
from prover.search.experimental.moves import Move, Moves
from prover.search.runtime import run_steps
from prover.types import NodeStatus, Problem, Proposal, StopReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Beam:
    """Beam search; see the module.

    Attributes:
        width: How many pairs of a state and a tactic run on each level of the first pass.
        k: How many tactics the policy proposes at a time.
    """

    width: int = 16
    k: int = 64

    async def search(self, problem: Problem) -> StopReason:
        """Search until the root is proved or the budget is used up; see the module."""
        return await run_steps(problem, _Pass(self, problem).level)


@dataclass(frozen=True, slots=True)
class _Thought:
    """A tactic for a state: `edge` if it was run already."""

    score: float
    node: Node
    move: Move
    beside: float  # cost-to-go of what has to be proved beside `node`


class _Pass:
    def __init__(self, config: Beam, problem: Problem) -> None:
        self._problem, self._width = problem, config.width
        self._moves = Moves(problem, k=config.k)
        self._beam: dict[Node, float] = {}
        self._seen: set[int] = set()

    async def level(self) -> None:
        if not self._beam:
            self._width *= 2 if self._seen else 1
            root = self._problem.graph.root
            self._beam, self._seen = {root: 0.0}, {root.id}
        await self._moves.load(self._beam)
        thoughts = [t for node, beside in self._beam.items() for t in await self._of(node, beside)]
        best = sorted(thoughts, key=lambda t: t.score)[: self._width]
        work = [(t, t.move) for t in best if isinstance(t.move, Proposal)]
        edges = await self._moves.run([(t.node, [move]) for t, move in work])
        survivors = [(t, t.move) for t in best if isinstance(t.move, Edge)]
        survivors += [(t, edge) for (t, _), edge in zip(work, edges, strict=False)]
        self._beam = {}
        for thought, edge in survivors:
            if thought.node.open and edge.status is NodeStatus.OPEN:
                await self._descend(thought, edge)

    async def _of(self, node: Node, beside: float) -> list[_Thought]:
        options = await self._moves.options(node)
        return [_Thought(beside + q, node, move, beside) for move, q in options]

    async def _descend(self, thought: _Thought, edge: Edge) -> None:
        below = sum(self._moves.cost_to_go(child) for child in edge.children)
        for child in dict.fromkeys(edge.children):
            thought.node.priority = thought.score
            if child.open and child.id not in self._seen:
                self._seen.add(child.id)
                self._beam[child] = thought.beside + below - self._moves.cost_to_go(child)
