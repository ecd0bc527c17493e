"""The open list that best-first search, A* and Q* share.

States wait for their next tactics, the best one first.  What is best, and how many tactics run when
a state comes out, each algorithm says in its own file.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections import Counter, deque
from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from math import inf

from prover.graph.store import Cost, Edge, Node
from prover.search.drive import drive
from prover.search.expand import evaluate, no_more, propose, run
from prover.types import Problem, Proposal, Status, Stop

Priority = tuple[float, float]
"""Least first; the second figure decides between equals."""


@dataclass(slots=True, eq=False)
class Candidate:
    """A state as the open list sees it.

    `h` is its cost-to-go.  The cheapest known way to it from the root has `length` tactics of cost
    `g`; `siblings` is the cost-to-go of all states that must be proved beside those on that way.
    `tactics` are still to be run, the best one last, each with its rank.
    """

    node: Node
    h: float
    g: float = inf
    length: int = 0
    siblings: float = 0.0
    tactics: list[tuple[float, Proposal]] = field(default_factory=list)
    asked: int = 0
    running: int = 0  # tactics without an answer of Lean yet, for good when the budget cut them off
    asking: bool = False
    queued: Priority | None = None  # entries of the heap with another priority are out of date


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenListSearch(ABC):
    """`batch` states at a time come out of the list.  `weight` is λ, in [0, 1], the weight of the
    cost so far, which `path_cost` counts.

    The policy gives `k` tactics for a state.  When they are used up and the state is still the best
    one, it is asked for `k` more, at most `asks` times in all (progressive widening).

    `optimal`: go on after the first proof until no cheaper one is possible, given that λ is 1, that
    costs are those of the graph and that neither V nor Q overestimates.
    """

    k: int = 64
    batch: int = 1
    asks: int = 4
    weight: float = 1.0
    path_cost: Cost
    optimal: bool = False

    @abstractmethod
    def priority(self, candidate: Candidate) -> Priority: ...

    @property
    @abstractmethod
    def slice(self) -> int:
        """How many tactics run when a state comes out."""

    async def rank(
        self, problem: Problem, candidate: Candidate, proposals: Sequence[Proposal]
    ) -> list[float]:
        """In which order the tactics of a state run: least first."""
        return [-p.logprob for p in proposals]

    async def search(self, problem: Problem) -> Stop:
        queue = _OpenList(self, problem)
        await queue.enter(problem.graph.nodes, problem.graph.root.edges)
        return await drive(problem, queue.next_job, stop_at_proof=not self.optimal)


class _OpenList:
    def __init__(self, rules: OpenListSearch, problem: Problem) -> None:
        self._rules, self._problem = rules, problem
        self._known: dict[int, Candidate] = {}
        self._heap: list[tuple[Priority, bool, int, Candidate]] = []
        self._parked: list[Candidate] = []
        self._pushed = 0

    def next_job(self) -> Coroutine[None, None, None] | None:
        """What the best states need: their next tactics run, or the policy asked for tactics."""
        first = self._pop()
        if first is None:
            return None
        if not first.tactics:
            return self._ask(self._unasked(first))
        work = [(first, self._take(first))]
        while len(work) < self._rules.batch and (candidate := self._pop()):
            if not candidate.tactics:
                self._push(candidate)
                break
            work.append((candidate, self._take(candidate)))
        return self._run(work)

    def _unasked(self, first: Candidate) -> list[Candidate]:
        """`first` and those after it that have no tactics either."""
        found = [first]
        while len(found) < self._rules.batch and (candidate := self._pop()):
            if candidate.tactics:
                self._push(candidate)
                break
            found.append(candidate)
        for candidate in found:
            candidate.asking = True
        return found

    async def _ask(self, candidates: Sequence[Candidate]) -> None:
        rules, problem = self._rules, self._problem
        wanted = rules.k + max(len(c.node.edges) for c in candidates)
        found = await propose(problem, [c.node for c in candidates], wanted)
        ranks = await asyncio.gather(
            *(rules.rank(problem, c, ps) for c, ps in zip(candidates, found, strict=False))
        )
        for candidate, proposals, rank in zip(candidates, found, ranks, strict=False):
            ranked = sorted(zip(rank, proposals, strict=True), key=_rank)
            candidate.tactics = ranked[::-1]
            candidate.asking = False
            candidate.asked += 1
            if no_more(problem, candidate.node, proposals, wanted):
                candidate.asked = rules.asks
            self._put_back(candidate)

    def _take(self, candidate: Candidate) -> list[Proposal]:
        """The next tactics of a state.  It waits again with what it has left."""
        rest = max(0, len(candidate.tactics) - self._rules.slice)
        taken = [proposal for _, proposal in reversed(candidate.tactics[rest:])]
        del candidate.tactics[rest:]
        candidate.running += len(taken)
        if candidate.tactics:
            self._push(candidate)
        return taken

    async def _run(self, work: Sequence[tuple[Candidate, list[Proposal]]]) -> None:
        edges = await run(self._problem, [(c.node, proposals) for c, proposals in work])
        answered = Counter(edge.parent.id for edge in edges)
        for node_id, answers in answered.items():
            self._known[node_id].running -= answers
        await self.enter([child for edge in edges for child in edge.children], edges)
        for candidate in dict.fromkeys(candidate for candidate, _ in work):
            if not candidate.tactics:
                self._put_back(candidate)

    def _put_back(self, candidate: Candidate) -> None:
        """Queue a state again, or close it when there is nothing left to run or to ask."""
        if candidate.tactics or candidate.asked < self._rules.asks:
            self._push(candidate)
        elif not candidate.running:
            self._problem.graph.exhaust(candidate.node)

    async def enter(self, nodes: Iterable[Node], edges: Iterable[Edge]) -> None:
        """Evaluate `nodes`, then follow `edges` and all below them as far as ways get cheaper."""
        new = [n for n in dict.fromkeys(nodes) if n.id not in self._known]
        for node, h in zip(new, await evaluate(self._problem, new), strict=True):
            self._known.setdefault(node.id, Candidate(node, h))
        root = self._known[self._problem.graph.root.id]
        if root.g == inf:
            root.g = 0.0
            self._push(root)
        todo = deque(edges)
        while todo:
            edge = todo.popleft()
            children = [self._known.get(child.id) for child in edge.children]
            if None not in children:  # else another job enters it
                for child in dict.fromkeys(children):
                    assert child is not None
                    if self._reach(child, edge):
                        todo.extend(child.node.edges)

    def _reach(self, child: Candidate, edge: Edge) -> bool:
        """Whether the way to `child` through `edge` is the cheapest until now."""
        origin = self._known[edge.parent.id]
        g = origin.g + self._rules.path_cost(edge.proposal)
        siblings = origin.siblings
        for node in edge.children:
            if node is not child.node:
                siblings += self._cost_to_go(self._known[node.id])
        if child.g < inf:
            if self._parked:
                self._unpark()  # they may be needed again, through this edge
            weight = self._rules.weight
            old, new = weight * child.g + child.siblings, weight * g + siblings
            if (old, child.siblings) <= (new, siblings):
                return False
        child.g, child.length, child.siblings = g, origin.length + 1, siblings
        self._push(child)
        return True

    def _cost_to_go(self, candidate: Candidate) -> float:
        """The cost-to-go of a sibling: at most that of its proof, if it has one."""
        node = candidate.node
        if node.status is Status.PROVED:
            return min(candidate.h, self._rules.weight * node.cost)
        return candidate.h

    def _push(self, candidate: Candidate) -> None:
        node = candidate.node
        if candidate.asking or node.exhausted or not (node.open or self._rules.optimal):
            return
        if not candidate.tactics and candidate.asked == self._rules.asks:
            return
        priority = self._rules.priority(candidate)
        if candidate.queued != priority:
            candidate.queued, node.priority = priority, priority[0]
            self._pushed += 1
            # among equals, one that has its tactics before one that the policy has to be asked for
            heappush(self._heap, (priority, not candidate.tactics, self._pushed, candidate))

    def _pop(self) -> Candidate | None:
        while self._heap:
            priority, _, _, candidate = heappop(self._heap)
            if candidate.queued != priority:
                continue
            candidate.queued = None
            if self._worthwhile(candidate.node, priority[0]):
                return candidate
            if candidate.node.open:
                self._parked.append(candidate)
        return None

    def _worthwhile(self, node: Node, f: float) -> bool:
        """Whether tactics on `node` may lead to a proof of the root, or to a cheaper one."""
        graph = self._problem.graph
        if self._rules.optimal:
            return node.status is not Status.FAILED and f < self._rules.weight * graph.root.cost
        return graph.needed(node)

    def _unpark(self) -> None:
        parked, self._parked = self._parked, []
        for candidate in parked:
            self._push(candidate)


def _rank(ranked: tuple[float, Proposal]) -> float:
    return ranked[0]
