"""The tactics that each state has, run or not, for searches that go step by step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from prover.graph.store import Edge, Node, negative_log_prob
from prover.search.runtime import evaluate, policy_has_no_more, propose, run_tactics, score
from prover.types import NodeStatus, Problem, Proposal


@dataclass(slots=True)
class _State:
    h: float
    left: list[Proposal] = field(default_factory=list)
    policy_calls: int = 0


Move = Proposal | Edge
"""A tactic to run, or one that was run."""


class Moves:
    """The tactics of each state; the policy is called at most `max_policy_calls` times for it."""

    def __init__(self, problem: Problem, *, k: int, max_policy_calls: int = 4) -> None:
        self._problem, self._k, self._max_policy_calls = problem, k, max_policy_calls
        self._states: dict[int, _State] = {}

    async def load(self, nodes: Iterable[Node]) -> None:
        """Evaluate states, and call the policy for those that have no untried tactic."""
        nodes = list(dict.fromkeys(nodes))
        await self.evaluate(nodes)
        empty = [n for n in nodes if n.open and not n.exhausted and not self.left(n)]
        if not empty:
            return
        wanted = self._k + max(len(n.edges) for n in empty)
        for node, found in zip(empty, await propose(self._problem, empty, wanted), strict=False):
            state = self._states[node.id]
            state.left = found
            state.policy_calls += 1
            if policy_has_no_more(self._problem, node, found, wanted):
                state.policy_calls = self._max_policy_calls
            self._close(node)

    async def evaluate(self, nodes: Iterable[Node]) -> None:
        """Compute the cost-to-go of new nodes."""
        new = [n for n in dict.fromkeys(nodes) if n.id not in self._states]
        for node, h in zip(new, await evaluate(self._problem, new), strict=True):
            self._states[node.id] = _State(h)

    def left(self, node: Node) -> Sequence[Proposal]:
        """The untried tactics of a state, most probable first."""
        state = self._states.get(node.id)
        return state.left if state else ()

    def cost_to_go(self, node: Node) -> float:
        """Of a loaded state, by the value function; 0 when it is proved."""
        return 0.0 if node.status is NodeStatus.PROVED else self._states[node.id].h

    async def options(self, node: Node) -> list[tuple[Move, float]]:
        """The tactics of a loaded state with their Q(s, a).

        These are the untried ones, and those that were run and may still lead to a proof, with
        Q = 1 + Σ V of the states that they left.
        """
        left = self.left(node)
        found: list[tuple[Move, float]] = list(zip(left, await self._q(node, left), strict=True))
        ran = [edge for edge in node.edges if edge.status is NodeStatus.OPEN]
        await self.evaluate([child for edge in ran for child in edge.children])
        return found + [(e, 1 + sum([self.cost_to_go(c) for c in e.children])) for e in ran]

    async def _q(self, node: Node, left: Sequence[Proposal]) -> list[float]:
        """Without a scorer, V(s) and -log P(a | s) stand in for Q."""
        if self._problem.scorer is None:
            return [self.cost_to_go(node) + negative_log_prob(p) for p in left]
        return await score(self._problem, self._problem.scorer, node, left)

    async def run(self, work: Sequence[tuple[Node, Sequence[Proposal]]]) -> list[Edge]:
        """Run tactics that are left, and evaluate the states that they lead to."""
        edges = await run_tactics(self._problem, work)
        ran = {(edge.parent.id, edge.proposal.tactic) for edge in edges}
        for node in dict.fromkeys(node for node, _ in work):
            state = self._states[node.id]
            state.left = [p for p in state.left if (node.id, p.tactic) not in ran]
            self._close(node)
        await self.evaluate([child for edge in edges for child in edge.children])
        return edges

    def _close(self, node: Node) -> None:
        state = self._states[node.id]
        if not state.left and state.policy_calls >= self._max_policy_calls:
            self._problem.graph.exhaust(node)
