"""What Monte Carlo tree searches share: walk down from the root, run a tactic, tell those above.

A walk goes from a state to one of its tactics and on to a state that this tactic left open, until
it comes to a tactic that was never run.  A state met on the way is not entered twice, so walks end
although the graph has cycles, and a walk that comes to nothing turns back: as long as there is a
tactic to run, one is found.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Coroutine, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import exp

from lean_env.types import Rejected
from prover.graph.store import Edge, Node
from prover.search.expand import evaluate, no_more, propose, run
from prover.types import Problem, Proposal, Status


@dataclass(slots=True, eq=False)
class Arm:
    """A tactic that left states, with its statistics.  `total` is summed over `visits` walks;
    `unseen` walks through it have no answer yet."""

    edge: Edge
    prior: float
    visits: float = 0.0
    total: float = 0.0
    unseen: int = 0


@dataclass(slots=True, eq=False)
class Branch:
    """A state: `untried` are its tactics not yet run with their priors, the most probable last.

    `mass` is the sum of the priors of all tactics ever proposed but those that Lean rejected.
    """

    node: Node
    h: float
    arms: list[Arm] = field(default_factory=list)
    untried: list[tuple[float, Proposal]] = field(default_factory=list)
    mass: float = 0.0
    visits: float = 0.0
    total: float = 0.0
    unseen: int = 0
    asked: int = 0
    asking: bool = False
    running: int = 0


Step = tuple[Branch, Arm | None]
"""A state and the arm taken there; None at the end of a walk, where a new tactic is run, or asked
for."""

Walk = list[Step]


class Tree(ABC):
    """`next_job` is for `drive`.  One job is up to `batch` walks."""

    def __init__(self, problem: Problem, *, k: int, batch: int, asks: int) -> None:
        self.problem = problem
        self._k, self._batch, self._asks = k, batch, asks
        self._branches: dict[int, Branch] = {}

    @abstractmethod
    def choose(self, branch: Branch) -> Iterable[Arm | None]:
        """Arms whose edges are open, best first; None for running a tactic not tried yet."""

    @abstractmethod
    def order(self, edge: Edge) -> Sequence[Branch]:
        """The open states that a tactic left, the one to go on with first."""

    @abstractmethod
    def backup(self, walk: Walk, edge: Edge, new: bool) -> None:
        """Learn from a walk that ended with the tactic of `edge`; `new`: it led to a new state."""

    def widen(self, branch: Branch) -> bool:
        """Whether to ask the policy again before the tactics known are used up."""
        return False

    async def enter(self, nodes: Iterable[Node]) -> None:
        """Make branches of nodes, with the arms that an earlier search has left."""
        new = [n for n in dict.fromkeys(nodes) if n.id not in self._branches]
        for node, h in zip(new, await evaluate(self.problem, new), strict=True):
            if node.id not in self._branches:
                arms = [Arm(e, exp(e.proposal.logprob)) for e in node.edges if e.children]
                mass = sum([arm.prior for arm in arms])
                self._branches[node.id] = Branch(node, h, arms, mass=mass)

    def branch(self, node: Node) -> Branch:
        return self._branches[node.id]

    def next_job(self) -> Coroutine[None, None, None] | None:
        ask: list[Branch] = []
        work: list[tuple[Walk, Proposal]] = []
        while len(ask) + len(work) < self._batch and (walk := self._walk()):
            last = walk[-1][0]
            if last.untried and not self._wants(last):
                work.append((walk, last.untried.pop()[1]))
                last.running += 1
                _watch(walk, 1)
            else:
                last.asking = True
                ask.append(last)
        if not ask and not work:
            return None
        return self._do(ask, work)

    async def _do(self, ask: Sequence[Branch], work: Sequence[tuple[Walk, Proposal]]) -> None:
        if ask:
            await self._ask(ask)
        if work:
            await self._run(work)

    def _walk(self) -> Walk | None:
        root = self.branch(self.problem.graph.root)
        seen = {root.node.id}
        walk: Walk = []
        todo = [self._steps(root)]
        while todo:
            step = next(todo[-1], None)
            if step is None:
                todo.pop()
                if walk:
                    walk.pop()
            elif step[1] is None:
                return [*walk, (step[0], None)]
            elif step[2].node.id not in seen:
                seen.add(step[2].node.id)
                walk.append((step[0], step[1]))
                todo.append(self._steps(step[2]))
        return None

    def _steps(self, branch: Branch) -> Iterator[tuple[Branch, Arm | None, Branch]]:
        """Where a walk may go from here, best first."""
        if branch.asking:
            return
        if self._wants(branch):
            yield branch, None, branch
        branch.arms = [arm for arm in branch.arms if arm.edge.status is Status.OPEN]
        for arm in self.choose(branch):
            if arm is None:
                yield branch, None, branch
            else:
                for child in self.order(arm.edge):
                    yield branch, arm, child
        if self._may_ask(branch) and not branch.untried and not branch.running:
            yield branch, None, branch

    def _may_ask(self, branch: Branch) -> bool:
        return branch.asked < self._asks and not branch.node.exhausted

    def _wants(self, branch: Branch) -> bool:
        """Whether the policy is asked before anything is run or entered."""
        return self._may_ask(branch) and (branch.asked == 0 or self.widen(branch))

    async def _ask(self, branches: Sequence[Branch]) -> None:
        wanted = self._k + max(len(b.node.edges) + len(b.untried) for b in branches)
        found = await propose(self.problem, [branch.node for branch in branches], wanted)
        for branch, proposals in zip(branches, found, strict=False):
            branch.asking = False
            branch.asked += 1
            if no_more(self.problem, branch.node, proposals, wanted):
                branch.asked = self._asks
            known = {p.tactic for _, p in branch.untried}
            new = [(exp(p.logprob), p) for p in proposals if p.tactic not in known]
            branch.untried = sorted(branch.untried + new[::-1], key=lambda pair: pair[0])
            branch.mass += sum([prior for prior, _ in new])
            self._close(branch)

    async def _run(self, work: Sequence[tuple[Walk, Proposal]]) -> None:
        known = len(self.problem.graph.nodes)
        edges = await run(self.problem, [(walk[-1][0].node, [p]) for walk, p in work])
        await self.enter([child for edge in edges for child in edge.children])
        for (walk, proposal), edge in zip(work, edges, strict=False):
            _watch(walk, -1)
            last = walk[-1][0]
            last.running -= 1
            prior = exp(proposal.logprob)
            if isinstance(edge.transition, Rejected):
                last.mass -= prior
            elif edge.status is not Status.FAILED:
                last.arms.append(Arm(edge, prior))
            self.backup(walk, edge, any([c.id >= known for c in edge.children]))
            self._close(last)

    def _close(self, branch: Branch) -> None:
        """No further tactic will come for a state that has none left to run or to ask for."""
        if not branch.untried and not branch.running and branch.asked == self._asks:
            self.problem.graph.exhaust(branch.node)


def _watch(walk: Walk, change: int) -> None:
    for branch, arm in walk:
        branch.unseen += change
        if arm is not None:
            arm.unseen += change
