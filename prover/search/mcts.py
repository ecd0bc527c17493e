"""Monte Carlo tree search with PUCT over the AND/OR graph, after AlphaProof and HTPS.

One simulation has the four phases of AlphaZero:

    select      from the root: in a state s the tactic a of greatest  Q(s, a) + U(s, a),
                then one of the states that a left, until a tactic is chosen that Lean has not run
    expand      run that tactic in Lean, and add the states that it leaves to the tree
    evaluate    ask the value function for their cost-to-go
    backup      update visits N and total values W on the path

with Q = W / N on a scale from 0 to 1, and an exploration bonus U = U(prior, N(s, a), N(s)).  Both
are those of the paper that `MCTS.rule` names, `AlphaProof` or `HyperTree`.  Of the states that a
tactic left, all must be proved; those that are not proved yet are tried in the order of
1 - Q(s) + U(1 / number of states, N(s), Σ N), the least promising and least visited first.

Differences from both papers:

* A simulation runs one tactic, as AlphaZero adds one leaf; the papers run all tactics of a new
  state at once.  So a tactic that was not run yet gets the Q of its state (in the papers: 0, or a
  constant), or else the first one would be followed forever.
* In the backup, states that were not visited count by their value function.
* Simulations that are still running count as visits without a value ("virtual visits": WU-UCT,
  Liu et al. 2020).

Tactics that Lean rejects leave the sum of priors, as in the papers.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Coroutine, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import exp, log, prod, sqrt
from typing import Protocol

from lean_env.types import Rejected
from prover.graph.store import Edge, Node
from prover.search.runtime import evaluate, policy_has_no_more, propose, run_jobs, run_tactics
from prover.types import NodeStatus, Problem, Proposal, StopReason

# Statistics


@dataclass(slots=True, eq=False)
class EdgeStats:
    """Statistics of a tactic that left states.

    Attributes:
        edge: The tactic.
        prior: P(a | s), the policy's probability.
        visits: N(s, a), the simulations through it.
        total_value: W(s, a), the sum of what they backed up.
        virtual_visits: Simulations through it that are still running.
    """

    edge: Edge
    prior: float
    visits: float = 0.0
    total_value: float = 0.0
    virtual_visits: int = 0


@dataclass(slots=True, eq=False)
class NodeStats:
    """Statistics of a proof state.

    Attributes:
        node: The state.
        h: V(s), its estimated cost-to-go.
        edges: Its tactics that left states, in the order in which they ran.
        untried: (prior, tactic) pairs that Lean has not run, the most probable last.
        prior_mass: Sum of the priors of all proposed tactics, without those that Lean rejected.
        visits: N(s).
        total_value: W(s).
        virtual_visits: Simulations through it that are still running.
        policy_calls: How often the policy was asked for tactics.
        awaiting_policy: Whether it is being asked now.
        awaiting_lean: Tactics that Lean was given and has not answered.
    """

    node: Node
    h: float
    edges: list[EdgeStats] = field(default_factory=list)
    untried: list[tuple[float, Proposal]] = field(default_factory=list)
    prior_mass: float = 0.0
    visits: float = 0.0
    total_value: float = 0.0
    virtual_visits: int = 0
    policy_calls: int = 0
    awaiting_policy: bool = False
    awaiting_lean: int = 0


Step = tuple[NodeStats, EdgeStats | None]
"""A state and the tactic selected there.  None at the end of a path: a new tactic is run there, or
asked for."""

Path = list[Step]
"""What a simulation selected, from the root."""


# The tree


class SearchTree(ABC):
    """The simulations of a tree search; what is selected and backed up is left to subclasses.

    A state is not entered twice on one path, so paths end although the graph has cycles, and a path
    that leads to nothing turns back: as long as there is a tactic to run, one is found.
    """

    def __init__(self, problem: Problem, *, k: int, batch: int, max_policy_calls: int) -> None:
        """Create a tree without nodes.

        Args:
            problem: What is searched.
            k: How many tactics the policy is asked for at a time.
            batch: How many simulations make one job.
            max_policy_calls: How often the policy may be asked for tactics of one state.
        """
        self.problem = problem
        self._k, self._batch, self._max_policy_calls = k, batch, max_policy_calls
        self._stats: dict[int, NodeStats] = {}  # by the id of the node

    @abstractmethod
    def rank_edges(self, stats: NodeStats) -> Iterable[EdgeStats | None]:
        """The open tactics of a state, best first; None stands for running an untried one."""

    @abstractmethod
    def rank_children(self, edge: Edge) -> Sequence[NodeStats]:
        """The open states that a tactic left, the one to enter first."""

    @abstractmethod
    def backup(self, path: Path, edge: Edge, new: bool) -> None:
        """Update the statistics on a path.

        Args:
            path: What the simulation selected.
            edge: The tactic that it ran in the last state of the path.
            new: Whether that led to a state that the graph did not have.
        """

    def widens(self, stats: NodeStats) -> bool:  # noqa: ARG002  for subclasses
        """Whether to call the policy again before the known tactics were tried."""
        return False

    async def add_nodes(self, nodes: Iterable[Node]) -> None:
        """Add nodes of the graph to the tree, with the tactics that an earlier search ran."""
        new = [n for n in dict.fromkeys(nodes) if n.id not in self._stats]
        for node, h in zip(new, await evaluate(self.problem, new), strict=True):
            if node.id not in self._stats:
                edges = [EdgeStats(e, exp(e.proposal.logprob)) for e in node.edges if e.children]
                mass = sum([edge.prior for edge in edges])
                self._stats[node.id] = NodeStats(node, h, edges, prior_mass=mass)

    def stats(self, node: Node) -> NodeStats:
        """The statistics of a node of the tree."""
        return self._stats[node.id]

    def next_job(self) -> Coroutine[None, None, None] | None:
        """Up to `batch` simulations; None when nothing can be run at the moment."""
        ask: list[NodeStats] = []
        work: list[tuple[Path, Proposal]] = []
        while len(ask) + len(work) < self._batch and (path := self._select()):
            leaf = path[-1][0]
            if leaf.untried and not self._asks_policy(leaf):
                work.append((path, leaf.untried.pop()[1]))
                leaf.awaiting_lean += 1
                _add_virtual_visits(path, 1)
            else:
                leaf.awaiting_policy = True
                ask.append(leaf)
        return self._simulate(ask, work) if ask or work else None

    async def _simulate(
        self, ask: Sequence[NodeStats], work: Sequence[tuple[Path, Proposal]]
    ) -> None:
        if ask:
            await self._propose(ask)
        if work:
            await self._expand(work)

    def _select(self) -> Path | None:
        """The path to the next tactic to run, or to a state for which the policy is asked."""
        root = self.stats(self.problem.graph.root)
        seen = {root.node.id}
        path: Path = []
        todo = [self._steps(root)]
        while todo:
            step = next(todo[-1], None)
            if step is None:
                todo.pop()
                if path:
                    path.pop()
            elif step[1] is None:
                return [*path, (step[0], None)]
            elif step[2].node.id not in seen:
                seen.add(step[2].node.id)
                path.append((step[0], step[1]))
                todo.append(self._steps(step[2]))
        return None

    def _steps(self, stats: NodeStats) -> Iterator[tuple[NodeStats, EdgeStats | None, NodeStats]]:
        """Where a path may go from here, best first: state, tactic, next state."""
        if stats.awaiting_policy:
            return
        if self._asks_policy(stats):
            yield stats, None, stats
        stats.edges = [edge for edge in stats.edges if edge.edge.status is NodeStatus.OPEN]
        for edge in self.rank_edges(stats):
            if edge is None:
                yield stats, None, stats
            else:
                for child in self.rank_children(edge.edge):
                    yield stats, edge, child
        if self._may_ask_policy(stats) and not stats.untried and not stats.awaiting_lean:
            yield stats, None, stats

    def _may_ask_policy(self, stats: NodeStats) -> bool:
        return stats.policy_calls < self._max_policy_calls and not stats.node.exhausted

    def _asks_policy(self, stats: NodeStats) -> bool:
        """Whether the policy is asked before anything is run or entered."""
        return self._may_ask_policy(stats) and (stats.policy_calls == 0 or self.widens(stats))

    async def _propose(self, leaves: Sequence[NodeStats]) -> None:
        wanted = self._k + max(len(s.node.edges) + len(s.untried) for s in leaves)
        found = await propose(self.problem, [leaf.node for leaf in leaves], wanted)
        for leaf, proposals in zip(leaves, found, strict=False):
            leaf.awaiting_policy = False
            leaf.policy_calls += 1
            if policy_has_no_more(self.problem, leaf.node, proposals, wanted):
                leaf.policy_calls = self._max_policy_calls
            known = {p.tactic for _, p in leaf.untried}
            new = [(exp(p.logprob), p) for p in proposals if p.tactic not in known]
            leaf.untried = sorted(leaf.untried + new[::-1], key=lambda pair: pair[0])
            leaf.prior_mass += sum([prior for prior, _ in new])
            self._close(leaf)

    async def _expand(self, work: Sequence[tuple[Path, Proposal]]) -> None:
        """Run tactics, evaluate what they leave, and back up."""
        known = len(self.problem.graph.nodes)
        edges = await run_tactics(self.problem, [(path[-1][0].node, [p]) for path, p in work])
        await self.add_nodes([child for edge in edges for child in edge.children])
        for (path, proposal), edge in zip(work, edges, strict=False):
            _add_virtual_visits(path, -1)
            leaf = path[-1][0]
            leaf.awaiting_lean -= 1
            prior = exp(proposal.logprob)
            if isinstance(edge.transition, Rejected):
                leaf.prior_mass -= prior
            elif edge.status is not NodeStatus.FAILED:
                leaf.edges.append(EdgeStats(edge, prior))
            self.backup(path, edge, any([c.id >= known for c in edge.children]))
            self._close(leaf)

    def _close(self, stats: NodeStats) -> None:
        """Close a state that has no tactic left to run or to ask for."""
        asked = stats.policy_calls == self._max_policy_calls
        if asked and not stats.untried and not stats.awaiting_lean:
            self.problem.graph.exhaust(stats.node)


def _add_virtual_visits(path: Path, change: int) -> None:
    for stats, edge in path:
        stats.virtual_visits += change
        if edge is not None:
            edge.virtual_visits += change


# Values and exploration, by paper


class Rule(Protocol):
    """What values mean, how they are backed up, and how they are weighed against exploration."""

    def leaf_value(self, cost_to_go: float) -> float:
        """The value of a state that was not visited, from its cost-to-go in tactics."""
        ...

    def edge_value(self, children: Sequence[float]) -> float:
        """The value of a tactic, from those of the states that it left."""
        ...

    def node_value(self, edge: float) -> float:
        """What a tactic of value `edge` is worth to the state in which it runs."""
        ...

    def q(self, value: float) -> float:
        """A value on a scale from 0 to 1, where 1 is proved."""
        ...

    def exploration(self, prior: float, visits: float, all_visits: float) -> float:
        """U: the bonus of an option with `visits` of the `all_visits` to its state."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AlphaProof:
    """Values are tactics to go, and a tactic is as far from the end as the worst state it left.

        Q = γ^value      U = P · (ln((N(s) + c_base + 1) / c_base) + c_init) · √N(s) / (N(s, a) + 1)

    Hubert et al., Nature 2025, with the constants of its pseudocode.  There values are negative and
    count the tactic itself, hence its exponent -1 - (r + V), with r = -1.

    Attributes:
        c_base: See the formula.
        c_init: See the formula.
        discount: γ.
    """

    c_base: float = 3200.0
    c_init: float = 0.001
    discount: float = 0.99

    def leaf_value(self, cost_to_go: float) -> float:
        """The cost-to-go."""
        return cost_to_go

    def edge_value(self, children: Sequence[float]) -> float:
        """That of the worst state."""
        return max(children, default=0.0)

    def node_value(self, edge: float) -> float:
        """One tactic more."""
        return 1.0 + edge

    def q(self, value: float) -> float:
        """γ^value."""
        return float(self.discount**value)

    def exploration(self, prior: float, visits: float, all_visits: float) -> float:
        """U of the class."""
        c = log((all_visits + self.c_base + 1) / self.c_base) + self.c_init
        return float(c * prior * sqrt(all_visits) / (visits + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class HyperTree:
    """Values are probabilities of a proof; a tactic has the product of those of its states.

        Q = value      U = c · P · √N(s) / (N(s, a) + 1)

    HyperTree Proof Search (Lample et al., arXiv 2205.11491).  The paper continues with all states
    that a tactic left and backs up the product of what this one pass found in them; here a
    simulation continues with one state, and the means of the others take their place.

    Attributes:
        c: See the formula.
        discount: The value of a state that was not visited is this to the power of its cost-to-go;
            it replaces the paper's critic.
    """

    c: float = 1.0
    discount: float = 0.9

    def leaf_value(self, cost_to_go: float) -> float:
        """The critic's place: see `discount`."""
        return float(self.discount**cost_to_go)

    def edge_value(self, children: Sequence[float]) -> float:
        """The product."""
        return prod(children)

    def node_value(self, edge: float) -> float:
        """That of the tactic."""
        return edge

    def q(self, value: float) -> float:
        """The value, which is a probability."""
        return value

    def exploration(self, prior: float, visits: float, all_visits: float) -> float:
        """U of the class."""
        return float(self.c * prior * sqrt(all_visits) / (visits + 1))


# The search


@dataclass(frozen=True, slots=True, kw_only=True)
class MCTS:
    """Monte Carlo tree search; see the module for the algorithm.

    Attributes:
        k: How many tactics the policy is asked for at a time.
        batch: How many simulations make one job.
        max_policy_calls: How often the policy may be asked for tactics of one state.
        widen_c: The policy is asked again, before the known tactics were tried, while it was asked
            at most widen_c · N(s)^widen_alpha times (AlphaProof's progressive sampling).
        widen_alpha: See `widen_c`.
        rule: Values and exploration, by paper.
    """

    k: int = 64
    batch: int = 4
    max_policy_calls: int = 4
    widen_c: float = 0.01
    widen_alpha: float = 0.6
    rule: Rule = AlphaProof()

    async def search(self, problem: Problem) -> StopReason:
        """Search until the root is proved, nothing is left to try, or the budget is used up."""
        tree = _Mcts(self, problem)
        await tree.add_nodes(problem.graph.nodes)
        return await run_jobs(problem, tree.next_job)


class _Mcts(SearchTree):
    def __init__(self, config: MCTS, problem: Problem) -> None:
        super().__init__(
            problem, k=config.k, batch=config.batch, max_policy_calls=config.max_policy_calls
        )
        self._config, self._rule = config, config.rule

    def widens(self, stats: NodeStats) -> bool:
        config = self._config
        return stats.policy_calls <= config.widen_c * float(stats.visits**config.widen_alpha)

    def rank_edges(self, stats: NodeStats) -> Iterable[EdgeStats | None]:
        rule, visits = self._rule, stats.visits + stats.virtual_visits
        mass = stats.prior_mass or 1.0

        def puct(edge: EdgeStats) -> float:
            value = edge.total_value / edge.visits if edge.visits else self._value(stats)
            u = rule.exploration(edge.prior / mass, edge.visits + edge.virtual_visits, visits)
            return rule.q(value) + u

        options: list[tuple[float, EdgeStats | None]] = [(puct(edge), edge) for edge in stats.edges]
        if stats.untried:
            prior = stats.untried[-1][0] / mass
            untried = rule.q(self._value(stats)) + rule.exploration(prior, 0.0, visits)
            options.append((untried, None))
        options.sort(key=lambda option: -option[0])
        stats.node.priority = options[0][0] if options else None
        return [option for _, option in options]

    def rank_children(self, edge: Edge) -> Sequence[NodeStats]:
        rule = self._rule
        states = [self.stats(child) for child in dict.fromkeys(edge.children) if child.open]
        visits = sum([s.visits + s.virtual_visits for s in states])

        def urgency(stats: NodeStats) -> float:
            entered = stats.visits + stats.virtual_visits
            q = rule.q(self._value(stats)) if entered else 0.0
            return 1 - q + rule.exploration(1 / len(states), entered, visits)

        return sorted(states, key=urgency, reverse=True)

    def backup(self, path: Path, edge: Edge, new: bool) -> None:  # noqa: ARG002  for RMaxTS
        if edge.status is NodeStatus.FAILED:
            return  # a tactic that Lean rejects is as if it had not been proposed
        edges = [e for _, e in path[:-1] if e is not None] + [path[-1][0].edges[-1]]
        value = self._edge_value(edge)
        for (stats, _), taken in zip(reversed(path), reversed(edges), strict=True):
            if len(taken.edge.children) > 1:
                value = self._edge_value(taken.edge)
            taken.visits += 1
            taken.total_value += value
            value = self._rule.node_value(value)
            stats.visits += 1
            stats.total_value += value

    def _edge_value(self, edge: Edge) -> float:
        return self._rule.edge_value([self._value(self.stats(child)) for child in edge.children])

    def _value(self, stats: NodeStats) -> float:
        """The mean over all simulations; before the first one, the value function's."""
        if stats.node.status is NodeStatus.PROVED:
            return self._rule.leaf_value(0.0)
        if not stats.visits:
            return self._rule.leaf_value(stats.h)
        return stats.total_value / stats.visits
