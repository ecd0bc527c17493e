"""A search as typed records: what was posed, the states met, the tactics run, how it ended."""

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
"""The version of these records.  Another one cannot be read by this code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """An OR node.  Its place among the states of its search is its number; the root is number 0.

    `origin` is how it was met first: number of the state, tactic, index of the sub-state.  `depth`
    is the least number of tactics from the root.  `status`, and `cost`, the least cost of a proof
    (infinite where none is known), are as of the end of the search; `value` is V(s) when the state
    was met and `priority` the search's last ranking of it, None where there was none.
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
        """The state as Lean's infoview shows it."""
        return "\n\n".join(goal.text for goal in self.goals)


@dataclass(frozen=True, slots=True, kw_only=True)
class TacticEdge:
    """An AND node: a tactic that Lean ran on the state of number `state`.

    Where `reason` is None it was applied: `children` are the states that it left, to be proved all,
    `positions` as in `Applied`, and `renamed` the goals of those children whose hypotheses have
    other names than their state's, by place.  Otherwise it was rejected, with `message`, which is
    of the kind `message_class`.  `q` is Q(s, a) before it ran, `on_proof` whether the verified
    proof uses it.
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
        return self.reason is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A whole search.  `id` names the theorem within its suite, `run` the settings it was searched
    with; together they are unique.  `proof` is the whole declaration, empty unless the gate
    accepted it (`status` is PROVED); `verdict` is what the gate said last, in words."""

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
        """The proof graph that was searched.  `cost` is what it was searched with.

        Its states are not known to any Lean process: they are replayed when they are needed.
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
    """A search that has ended, with the graph that it leaves."""
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
