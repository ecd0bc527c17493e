"""Best-first search over the AND/OR graph.

For an open node n, with T the partial proof that leads to it,

    f(n) = λ·g(n) / L(n)^α + Σ h(open siblings in T) + h(n)

g is the cost of the path from the root, least over all paths, L its length.  With h = 0, λ = 1 and
g = -Σ logprob this is BFS-Prover's score (arXiv 2502.03438); α > 0 favours long paths.

The tactics of a node run in slices, most probable first.  In between, the node waits in the queue
with the priority that its next tactic's child would have (partial expansion, Yoshizumi et al.
2000), so that a doubtful tactic here does not keep Lean from a good one elsewhere.  A slice as long
as `k` expands nodes at once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

from prover.graph.status import needed
from prover.graph.store import Cost, Edge, Node, surprise
from prover.search.drive import drive
from prover.search.expand import evaluate, propose, run
from prover.types import Problem, Proposal, Status, Stop


@dataclass(frozen=True, slots=True, kw_only=True)
class BestFirst:
    """`weight` is λ, in [0, 1].  `batch` states are taken from the queue at a time: more than one
    pays where the policy is a model."""

    k: int = 64
    slice: int = 8
    batch: int = 1
    weight: float = 1.0
    alpha: float = 0.0
    path_cost: Cost = surprise

    async def search(self, problem: Problem) -> Stop:
        queue = _Queue(self, problem)
        await queue.enter(problem.graph.nodes, problem.graph.root.edges)
        return await drive(problem, queue.next_job)


@dataclass(frozen=True, slots=True)
class _Path:
    """From the root to a node: its cost, its length, and the h of the siblings along it."""

    g: float
    length: int
    siblings: float


class _Queue:
    def __init__(self, config: BestFirst, problem: Problem) -> None:
        self._config, self._problem = config, problem
        self._paths = {problem.graph.root.id: _Path(0.0, 0, 0.0)}
        self._h: dict[int, float] = {}
        self._pending: dict[int, list[Proposal]] = {}  # not yet run, of nodes that were expanded
        self._heap: list[tuple[float, int, Node]] = []
        self._queued: dict[int, float] = {}  # the valid priority; other entries are out of date
        self._busy: set[int] = set()
        self._parked: list[Node] = []
        self._pushed = 0

    def next_job(self) -> Coroutine[None, None, None] | None:
        nodes: list[Node] = []
        while len(nodes) < self._config.batch and (node := self._pop()) is not None:
            nodes.append(node)
        if not nodes:
            return None
        self._busy.update(node.id for node in nodes)
        return self._expand(nodes)

    async def _expand(self, nodes: Sequence[Node]) -> None:
        """Run the next slice of each node, asking the policy first where that was not done."""
        new = [node for node in nodes if node.id not in self._pending]
        if new:
            found = await propose(self._problem, new, self._config.k)
            self._pending |= {n.id: proposals for n, proposals in zip(new, found, strict=False)}
        work = [(n, self._take_slice(n)) for n in nodes if n.id in self._pending]
        edges = await run(self._problem, work)
        complete = len(edges) == sum(len(proposals) for _, proposals in work)
        await self.enter([child for edge in edges for child in edge.children], edges)
        for node in nodes:
            self._busy.discard(node.id)
            if complete and self._pending.get(node.id) == []:
                self._problem.graph.exhaust(node)
            self._push(node)

    def _take_slice(self, node: Node) -> list[Proposal]:
        pending, size = self._pending[node.id], self._config.slice
        self._pending[node.id] = pending[size:]
        return pending[:size]

    async def enter(self, nodes: Iterable[Node], edges: Iterable[Edge]) -> None:
        """Evaluate `nodes`, then follow `edges` and all below them as far as paths get cheaper."""
        new = [n for n in dict.fromkeys(nodes) if n.id not in self._h]
        self._h |= zip([n.id for n in new], await evaluate(self._problem, new), strict=True)
        self._push(self._problem.graph.root)
        todo = deque(edges)
        while todo:
            edge = todo.popleft()
            if all([child.id in self._h for child in edge.children]):  # else another job enters it
                for child in dict.fromkeys(edge.children):
                    if self._reach(child, edge):
                        todo.extend(child.edges)

    def _reach(self, child: Node, edge: Edge) -> bool:
        """Whether the path to `child` through `edge` is the cheapest until now."""
        origin = self._paths[edge.parent.id]
        siblings = sum([self._cost_to_go(c) for c in edge.children if c is not child])
        cost = self._config.path_cost(edge.proposal)
        path = _Path(origin.g + cost, origin.length + 1, origin.siblings + siblings)
        old = self._paths.get(child.id)
        if old is not None:
            parked, self._parked = self._parked, []  # may be needed again, through this edge
            for node in parked:
                self._push(node)
            if self._weigh(old) <= self._weigh(path):
                return False
        self._paths[child.id] = path
        self._push(child)
        return True

    def _push(self, node: Node) -> None:
        if not node.open or node.exhausted or node.id in self._busy:
            return
        priority = self._priority(node)
        if self._queued.get(node.id) != priority:
            self._queued[node.id] = priority
            self._pushed += 1
            heappush(self._heap, (priority, self._pushed, node))

    def _pop(self) -> Node | None:
        while self._heap:
            priority, _, node = heappop(self._heap)
            if self._queued.get(node.id) == priority:
                del self._queued[node.id]
                if needed(node, self._problem.graph.root):
                    return node
                if node.open:
                    self._parked.append(node)
        return None

    def _priority(self, node: Node) -> float:
        path, pending, h = self._paths[node.id], self._pending.get(node.id), self._cost_to_go(node)
        g, length = path.g, path.length
        if pending:
            cost = self._config.path_cost(pending[0])
            g, length, h = g + cost, length + 1, max(h - cost, 0.0)
        mean: float = g / max(length, 1) ** self._config.alpha
        return self._config.weight * mean + path.siblings + h

    def _weigh(self, path: _Path) -> float:
        return self._config.weight * path.g + path.siblings

    def _cost_to_go(self, node: Node) -> float:
        return 0.0 if node.status is Status.PROVED else self._h[node.id]
