"""Best-first search, A* and Q* over the AND/OR proof graph: one loop, three priorities.

    while the root is not proved and the budget lasts:
        pop the state of least priority from the open list      next_job
        if it has no tactics: ask the policy for some,
            score them, push the state again                    _propose
        else: run its best tactics in Lean                      _run
            insert the states that they lead to                 _insert
            back up: pass cheaper paths on to what lies below   _relax

The graph itself backs up what is proved and what has failed (`prover.graph.status`).  The three
algorithms differ in the priority, and in how many tactics run when a state is popped; see
`BestFirst`, `AStar` and `QStar` at the end of this file.  All priorities have the terms

    g           cost of the cheapest known path from the root to the state
    h           estimated cost-to-go of the state, V(s)
    siblings    Σ h of all other states that must be proved if this path is to become a proof

because a tactic that leaves several states is an AND node: proving one of them is not enough.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections import Counter, deque
from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from math import inf

from prover.graph.store import Cost, Edge, Node, negative_log_prob, unit_cost
from prover.search.runtime import (
    evaluate,
    policy_has_no_more,
    propose,
    run_jobs,
    run_tactics,
    score,
)
from prover.types import NodeStatus, Problem, Proposal, StopReason

Priority = tuple[float, float]
"""Least first; the second number breaks ties."""


@dataclass(slots=True, eq=False)
class OpenState:
    """A proof state with what the search knows of it.

    Attributes:
        node: The state's node in the proof graph.
        h: V(s), its estimated cost-to-go.
        g: Cost of the cheapest known path from the root.
        length: Number of tactics on that path.
        siblings: Cost-to-go of all states that must be proved beside those on that path.
        untried: (score, tactic) pairs that Lean has not run yet, the best one last.
        policy_calls: How often the policy was asked for tactics of this state.
        awaiting_policy: Whether it is being asked now.
        awaiting_lean: Tactics that Lean was given and has not answered; those that the budget cut
            off stay in this count.
        queued: Its current priority in the heap; entries with another one are out of date.
    """

    node: Node
    h: float
    g: float = inf
    length: int = 0
    siblings: float = 0.0
    untried: list[tuple[float, Proposal]] = field(default_factory=list)
    policy_calls: int = 0
    awaiting_policy: bool = False
    awaiting_lean: int = 0
    queued: Priority | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenListSearch(ABC):
    """What best-first search, A* and Q* have in common.

    Attributes:
        k: How many tactics the policy is asked for at a time.
        batch: How many states are popped at a time (DeepCubeA, Agostinelli et al. 2019), so that
            the policy, the value function and the Lean workers get batches.
        max_policy_calls: How often the policy may be asked for tactics of one state.  It is asked
            again when all tactics so far were tried and the state is still the best one
            (progressive widening).
        weight: λ in [0, 1], the weight of the cost so far.  Below 1 the search trusts h more than g
            (weighted A*, Pohl 1970; DeepCubeA takes 0.6 to 0.8).
        path_cost: What a tactic adds to g.
        optimal: Continue after the first proof until no cheaper one is possible.  The last proof is
            then a cheapest one if λ = 1, `path_cost` is the cost of the graph, and neither V nor Q
            overestimates.
    """

    k: int = 64
    batch: int = 1
    max_policy_calls: int = 4
    weight: float = 1.0
    path_cost: Cost
    optimal: bool = False

    @abstractmethod
    def priority(self, state: OpenState) -> Priority:
        """The priority of a state with its best untried tactic, or without tactics."""

    @property
    @abstractmethod
    def tactics_per_pop(self) -> int:
        """How many tactics run when a state is popped."""

    async def score_tactics(
        self,
        problem: Problem,  # noqa: ARG002  for subclasses
        state: OpenState,  # noqa: ARG002  for subclasses
        proposals: Sequence[Proposal],
    ) -> list[float]:
        """In which order the tactics of a state run: one score each, least first."""
        return [-p.logprob for p in proposals]

    async def search(self, problem: Problem) -> StopReason:
        """Search until the root is proved, nothing is left to try, or the budget is used up."""
        run = _Run(self, problem)
        await run._insert(problem.graph.nodes, problem.graph.root.edges)
        return await run_jobs(problem, run.next_job, stop_at_proof=not self.optimal)


class _Run:
    """The open list, and one search with it."""

    def __init__(self, algorithm: OpenListSearch, problem: Problem) -> None:
        self._algorithm, self._problem = algorithm, problem
        self._states: dict[int, OpenState] = {}  # by the id of the node
        self._heap: list[tuple[Priority, bool, int, OpenState]] = []
        self._parked: list[OpenState] = []  # popped when no proof of the root needed them
        self._pushed = 0

    # Pop

    def next_job(self) -> Coroutine[None, None, None] | None:
        """Pop the best states, and run their next tactics or ask the policy for tactics."""
        batch: list[tuple[OpenState, list[Proposal]]] = []
        state = self._pop()
        ask_policy = state is not None and not state.untried
        while state is not None:
            if ask_policy == bool(state.untried):
                self._push(state)
                break
            batch.append((state, self._take(state)))
            state = self._pop() if len(batch) < self._algorithm.batch else None
        if not ask_policy:
            return self._run(batch) if batch else None
        states = [state for state, _ in batch]
        for state in states:
            state.awaiting_policy = True
        return self._propose(states)

    def _pop(self) -> OpenState | None:
        while self._heap:
            priority, _, _, state = heappop(self._heap)
            if state.queued != priority:
                continue
            state.queued = None
            if self._worthwhile(state.node, priority[0]):
                return state
            if state.node.open:
                self._parked.append(state)
        return None

    def _worthwhile(self, node: Node, f: float) -> bool:
        """Whether tactics on `node` may lead to a proof of the root, or to a cheaper one."""
        graph = self._problem.graph
        if self._algorithm.optimal:
            return (
                node.status is not NodeStatus.FAILED
                and f < self._algorithm.weight * graph.root.cost
            )
        return graph.needed(node)

    def _take(self, state: OpenState) -> list[Proposal]:
        """The next tactics of a state, which goes back on the list with the others."""
        rest = max(0, len(state.untried) - self._algorithm.tactics_per_pop)
        taken = [proposal for _, proposal in reversed(state.untried[rest:])]
        del state.untried[rest:]
        state.awaiting_lean += len(taken)
        if state.untried:
            self._push(state)
        return taken

    # Score

    async def _propose(self, states: Sequence[OpenState]) -> None:
        algorithm, problem = self._algorithm, self._problem
        wanted = algorithm.k + max(len(s.node.edges) for s in states)
        found = await propose(problem, [s.node for s in states], wanted)
        scores = await asyncio.gather(
            *(algorithm.score_tactics(problem, s, ps) for s, ps in zip(states, found, strict=False))
        )
        for state, proposals, scored in zip(states, found, scores, strict=False):
            state.untried = sorted(zip(scored, proposals, strict=True), key=_score)[::-1]
            state.awaiting_policy = False
            state.policy_calls += 1
            if policy_has_no_more(problem, state.node, proposals, wanted):
                state.policy_calls = algorithm.max_policy_calls
            self._push_or_close(state)

    # Run in Lean

    async def _run(self, work: Sequence[tuple[OpenState, list[Proposal]]]) -> None:
        edges = await run_tactics(self._problem, [(s.node, proposals) for s, proposals in work])
        for node_id, answers in Counter(edge.parent.id for edge in edges).items():
            self._states[node_id].awaiting_lean -= answers
        await self._insert([child for edge in edges for child in edge.children], edges)
        for state in dict.fromkeys(state for state, _ in work):
            if not state.untried:
                self._push_or_close(state)

    def _push_or_close(self, state: OpenState) -> None:
        """Push a state again, or close its node when no tactic is left to run or to ask for."""
        if state.untried or state.policy_calls < self._algorithm.max_policy_calls:
            self._push(state)
        elif not state.awaiting_lean:
            self._problem.graph.exhaust(state.node)

    # Insert

    async def _insert(self, nodes: Iterable[Node], edges: Iterable[Edge]) -> None:
        """Evaluate new nodes, then back up along `edges`."""
        new = [n for n in dict.fromkeys(nodes) if n.id not in self._states]
        for node, h in zip(new, await evaluate(self._problem, new), strict=True):
            self._states.setdefault(node.id, OpenState(node, h))
        root = self._states[self._problem.graph.root.id]
        if root.g == inf:
            root.g = 0.0
            self._push(root)
        self._relax(edges)

    def _push(self, state: OpenState) -> None:
        node, algorithm = state.node, self._algorithm
        if state.awaiting_policy or node.exhausted or not (node.open or algorithm.optimal):
            return
        if not state.untried and state.policy_calls == algorithm.max_policy_calls:
            return
        priority = algorithm.priority(state)
        if state.queued != priority:
            state.queued, node.priority = priority, priority[0]
            self._pushed += 1
            # Among equals, states that have tactics come before those that need the policy first.
            heappush(self._heap, (priority, not state.untried, self._pushed, state))

    # Back up

    def _relax(self, edges: Iterable[Edge]) -> None:
        """Follow `edges`, and all below them, as long as paths get cheaper."""
        todo = deque(edges)
        while todo:
            edge = todo.popleft()
            children = [self._states.get(child.id) for child in edge.children]
            if None not in children:  # else another job is about to insert it
                for child in dict.fromkeys(children):
                    assert child is not None
                    if self._improves(child, edge):
                        todo.extend(child.node.edges)

    def _improves(self, child: OpenState, edge: Edge) -> bool:
        """Whether the path to `child` through `edge` is the cheapest so far; if so, it is kept."""
        parent = self._states[edge.parent.id]
        g = parent.g + self._algorithm.path_cost(edge.proposal)
        siblings = parent.siblings
        for node in edge.children:
            if node is not child.node:
                siblings += self._cost_to_go(self._states[node.id])
        if child.g < inf:
            self._unpark()  # parked states may be needed again, through this edge
            weight = self._algorithm.weight
            old, new = weight * child.g + child.siblings, weight * g + siblings
            if (old, child.siblings) <= (new, siblings):
                return False
        child.g, child.length, child.siblings = g, parent.length + 1, siblings
        self._push(child)
        return True

    def _cost_to_go(self, state: OpenState) -> float:
        """Of a sibling: if it is proved, at most the cost of its proof."""
        node = state.node
        if node.status is NodeStatus.PROVED:
            return min(state.h, self._algorithm.weight * node.cost)
        return state.h

    def _unpark(self) -> None:
        parked, self._parked = self._parked, []
        for state in parked:
            self._push(state)


def _score(scored: tuple[float, Proposal]) -> float:
    return scored[0]


# The three algorithms


@dataclass(frozen=True, slots=True, kw_only=True)
class BestFirst(OpenListSearch):
    """Best-first search by the policy's probabilities.

        f(s) = λ · g / L^α + siblings + h

    g is the sum of -log P over the path (`path_cost`), L the length of the path.  A state that has
    untried tactics ranks as the child a of the best one would: g - log P(a | s), L + 1, and h less
    that cost (not below 0).  So a doubtful tactic here waits for a good one elsewhere (partial
    expansion, Yoshizumi et al. 2000).  A state whose tactics were all tried ranks with
    h + `policy_calls`: each round of tactics that did not prove it makes a proof less likely.

    With h = 0, λ = 1 this is BFS-Prover's score (arXiv 2502.03438), negated, which is evaluated
    there with α = 0.5; α = 0 is ReProver's Σ log P, and the default, because the policies here were
    not trained to prove at another α.

    Attributes:
        tactics_per_pop: Tactics that run when a state is popped.  `k` expands states whole.
        alpha: α; above 0 it favours long paths.
    """

    tactics_per_pop: int = 8
    alpha: float = 0.0
    path_cost: Cost = negative_log_prob

    def priority(self, state: OpenState) -> Priority:
        """The formula of the class; nothing breaks ties but age."""
        g, length, h = state.g, state.length, state.h
        if state.untried:
            cost = self.path_cost(state.untried[-1][1])
            g, length, h = g + cost, length + 1, max(h - cost, 0.0)
        elif state.policy_calls:
            h += state.policy_calls
        return self.weight * (g / max(length, 1) ** self.alpha) + state.siblings + h, 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AStar(OpenListSearch):
    """Weighted A*: a popped state is expanded, which means that all its tactics run.

        f(s) = λ · g + siblings + h

    g is the number of tactics on the path (`path_cost`).  A state whose tactics were all tried
    ranks with h + `policy_calls`, as in `BestFirst`.  Among equals the state with less left to
    prove, siblings + h, comes first.  With λ = 1, an exact h and one state at a time, the first
    proof is a shortest one.
    """

    path_cost: Cost = unit_cost

    @property
    def tactics_per_pop(self) -> int:
        """All that the policy ever gives."""
        return self.k * self.max_policy_calls

    def priority(self, state: OpenState) -> Priority:
        """The formula of the class."""
        repeated = state.policy_calls if not state.untried else 0
        remaining = state.siblings + state.h + repeated
        return self.weight * state.g + remaining, remaining


@dataclass(frozen=True, slots=True, kw_only=True)
class QStar(OpenListSearch):
    """Q*: A* without expansions (Agostinelli et al., arXiv 2102.04518).

        f(s, a) = λ · g + siblings + Q(s, a) + c · (-log P(a | s))

    The open list holds pairs of a state and a tactic, and Lean runs only the pair that is popped.
    (The pairs of one state are sorted, and the list holds the state with its best one.)  Q(s, a)
    estimates the number of tactics to the end of the proof, `a` included.  The paper has no policy;
    here c = `prior_weight` adds its opinion, since a learned Q tells kinds of tactics apart better
    than tactics of one kind.  Without a step scorer, V(s) - log P(a | s) stands in for Q.

    A state without tactics ranks with h + `policy_calls` in place of the last two terms: V(s)
    approximates min over a of Q(s, a) until the policy is asked, and each round of tactics that did
    not prove the state makes a proof less likely.  Among equals the pair with less left to prove
    comes first.

    With λ = 1 and a Q that is at least the cost of `a` and never overestimates, `optimal` finds a
    cheapest proof, as in the paper; the prior would overestimate, so `optimal` leaves it out.

    Attributes:
        prior_weight: c, the weight of the policy beside Q.
    """

    path_cost: Cost = unit_cost
    prior_weight: float = 0.0

    @property
    def tactics_per_pop(self) -> int:
        """One pair at a time."""
        return 1

    async def score_tactics(
        self, problem: Problem, state: OpenState, proposals: Sequence[Proposal]
    ) -> list[float]:
        """The last two terms of the formula of the class, for each tactic."""
        if problem.scorer is None:
            return [state.h + negative_log_prob(p) for p in proposals]
        q = await score(problem, problem.scorer, state.node, proposals)
        if self.optimal:
            return q
        c = self.prior_weight
        return [cost + c * negative_log_prob(p) for cost, p in zip(q, proposals, strict=True)]

    def priority(self, state: OpenState) -> Priority:
        """The formula of the class, for the best tactic of a state."""
        q = state.untried[-1][0] if state.untried else state.h + state.policy_calls
        remaining = state.siblings + q
        return self.weight * state.g + remaining, remaining
