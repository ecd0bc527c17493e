"""A search as typed records: theorem, states, tactics that were run, and outcome."""

from __future__ import annotations

from dataclasses import dataclass

from lean_env.types import (
    Accepted,
    Applied,
    Goal,
    Origin,
    ProofState,
    Rejected,
    RejectionReason,
    Tactic,
    Theorem,
    Transition,
)
from prover.datasets.error_kinds import message_class
from prover.graph.extraction import node_depths, proof_edges
from prover.graph.store import Cost, Edge, Node, ProofGraph, unit_cost
from prover.result import SearchResult
from prover.types import NodeStatus, Proposal, Stats, StopReason, TheoremStatus

SCHEMA = 1
"""Version of the stored records; this code reads no other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """An OR node, identified by its index among the states of its search; the root has index 0.

    Attributes:
        key: Identity of the state up to variable names.
        goals: Its goals.
        origin: How it was reached first: index of the parent state, tactic, index of the sub-state.
        depth: Least number of tactics from the root.
        status: Open, proved or failed, at the end of the search.
        cost: Least cost of a known proof at the end of the search; infinite if there is none.
        exhausted: Whether the policy had nothing more to propose.
        value: V(s) in steps when the state was reached; None if nothing estimated it.
        priority: The search's last priority of it; None if it had none.
    """

    key: str
    goals: tuple[Goal, ...]
    origin: tuple[int, Tactic, int] | None
    depth: int
    status: NodeStatus
    cost: float
    exhausted: bool
    value: float | None
    priority: float | None

    @property
    def text(self) -> str:
        """The goals as Lean's infoview prints them."""
        return "\n\n".join(goal.text for goal in self.goals)


@dataclass(frozen=True, slots=True, kw_only=True)
class TacticEdge:
    """An AND node: a tactic that Lean ran on a state.

    Attributes:
        state: Index of the state.
        tactic: The tactic.
        logprob: Its logprob under the policy that proposed it.
        source: Name of that policy.
        tokens: Number of tokens that a model generated for it.
        seconds: Time that Lean took.
        reason: Why Lean rejected it; None if it was applied.
        message_class: Kind of the rejection, see `prover.datasets.error_kinds`.
        message: Lean's message if it was rejected.
        children: Indices of the states that it left, all of which must be proved.
        positions: See `lean_env.types.Applied`.
        renamed: Position and goals of children whose hypotheses are named differently than in
            the state with the same key.
        messages: What Lean reported although the tactic was applied.
        cost: Cost of the tactic itself.
        q: Q(s, a) in steps before it ran; None if nothing estimated it.
        on_proof: Whether the verified proof uses it.
    """

    state: int
    tactic: Tactic
    logprob: float
    source: str
    tokens: int
    seconds: float
    reason: RejectionReason | None
    message_class: str
    message: str
    children: tuple[int, ...]
    positions: tuple[tuple[int, ...], ...]
    renamed: tuple[tuple[int, tuple[Goal, ...]], ...]
    messages: tuple[str, ...]
    cost: float
    q: float | None
    on_proof: bool

    @property
    def applied(self) -> bool:
        """Whether Lean accepted the tactic."""
        return self.reason is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A whole search; `id` and `run` together are unique.

    Attributes:
        id: Id of the theorem within its suite.
        run: Digest of the settings that it was searched with.
        suite: Name of the suite.
        split: `train`, `valid` or `test`; empty if the suite has no splits.
        group: What statistics are grouped by.
        theorem: What was to be proved.
        status: Whether it was proved, disproved or neither.
        stop: Why the search ended.
        proof: The whole declaration; empty unless the gate accepted it.
        tactics: The proof's tactics.
        axioms: The axioms that the proof depends on.
        verdict: The gate's last verdict as text; empty if it was not asked.
        stats: What the search used.
        states: OR nodes of its graph.
        edges: AND nodes of its graph.
    """

    id: str
    run: str
    suite: str
    split: str
    group: str
    theorem: Theorem
    status: TheoremStatus
    stop: StopReason
    proof: str
    tactics: tuple[Tactic, ...]
    axioms: tuple[str, ...]
    verdict: str
    stats: Stats
    states: tuple[State, ...]
    edges: tuple[TacticEdge, ...]

    def graph(self, cost: Cost = unit_cost) -> ProofGraph:
        """Rebuild the proof graph.

        No Lean process holds its states; they are replayed when they are needed.

        Args:
            cost: The cost of a tactic, as in the search.
        """
        return _graph(self, cost)


def record_search(
    result: SearchResult,
    graph: ProofGraph,
    *,
    id: str,
    run: str,
    suite: str = "",
    split: str = "",
    group: str = "",
) -> Search:
    """Convert a finished search to records.

    Args:
        result: How it ended.
        graph: Its proof graph.
        id: See `Search`, as are the others.
        run: Digest of the settings.
        suite: Name of the suite.
        split: The theorem's split.
        group: The theorem's group.
    """
    verdict = result.verdict
    proof = proof_edges(graph) if result.status is TheoremStatus.PROVED else set()
    depths = node_depths(graph)
    return Search(
        id=id,
        run=run,
        suite=suite,
        split=split,
        group=group,
        theorem=result.theorem,
        status=result.status,
        stop=result.stop,
        proof=result.proof,
        tactics=result.tactics,
        axioms=verdict.axioms if isinstance(verdict, Accepted) else (),
        verdict=_words(result),
        stats=result.stats,
        states=tuple(_state(graph, node, depths[node.id]) for node in graph.nodes),
        edges=tuple(_edge(edge, edge.id in proof) for edge in graph.edges),
    )


def _words(result: SearchResult) -> str:
    verdict = result.verdict
    if verdict is None:
        return ""
    return "accepted" if isinstance(verdict, Accepted) else verdict.message


def _state(graph: ProofGraph, node: Node, depth: int) -> State:
    state, origin = node.state, node.state.origin
    return State(
        key=state.key,
        goals=state.goals,
        origin=(graph.node(origin.parent).id, origin.tactic, origin.index) if origin else None,
        depth=depth,
        status=node.status,
        cost=node.cost,
        exhausted=node.exhausted,
        value=node.value,
        priority=node.priority,
    )


def _edge(edge: Edge, on_proof: bool) -> TacticEdge:
    proposal, transition = edge.proposal, edge.transition
    rejected = transition if isinstance(transition, Rejected) else None
    applied = transition if isinstance(transition, Applied) else Applied(())
    return TacticEdge(
        state=edge.parent.id,
        tactic=proposal.tactic.encode("utf-8", "replace").decode(),  # a model may emit half a pair
        logprob=proposal.logprob,
        source=proposal.source,
        tokens=proposal.tokens,
        seconds=transition.seconds,
        reason=rejected.reason if rejected else None,
        message_class=message_class(rejected) if rejected else "",
        message=rejected.message if rejected else "",
        children=tuple(child.id for child in edge.children),
        positions=applied.positions,
        renamed=tuple(
            (i, state.goals)
            for i, (state, child) in enumerate(zip(applied.states, edge.children, strict=True))
            if state is not child.state
        ),
        messages=applied.messages,
        cost=edge.cost,
        q=edge.parent.scores.get(proposal.tactic),
        on_proof=on_proof,
    )


def _graph(search: Search, cost: Cost) -> ProofGraph:
    root = search.states[0]
    graph = ProofGraph(ProofState(root.key, search.theorem, root.goals), cost)
    for state in search.states[1:]:
        assert state.origin is not None
        parent, tactic, index = state.origin
        origin = Origin(graph.nodes[parent].state, tactic, index)
        graph.node(ProofState(state.key, search.theorem, state.goals, origin))
    for edge in search.edges:
        node = graph.nodes[edge.state]
        proposal = Proposal(edge.tactic, edge.logprob, edge.source, edge.tokens)
        graph.add(node, proposal, _transition(graph, edge))
        if edge.q is not None:
            node.scores[edge.tactic] = edge.q
    for node, state in zip(graph.nodes, search.states, strict=True):
        node.value, node.priority = state.value, state.priority
        if state.exhausted:
            graph.exhaust(node)
    graph.settled = []
    return graph


def _transition(graph: ProofGraph, edge: TacticEdge) -> Transition:
    if edge.reason is not None:
        return Rejected(edge.reason, edge.message, edge.seconds)
    states = [graph.nodes[child].state for child in edge.children]
    for i, goals in edge.renamed:
        origin = Origin(graph.nodes[edge.state].state, edge.tactic, i)
        states[i] = ProofState(states[i].key, states[i].theorem, goals, origin)
    return Applied(tuple(states), edge.positions, edge.messages, edge.seconds)
