"""Examples from searches: Lean's verdicts, and nothing else, say what was good.

* policy: the tactics of the least verified proof (rejection sampling), lengths balanced, since
  otherwise one-step proofs drown the rest (LeanProgress).
* process reward: V and Q backed up through the whole graph, see `bellman`.
* outcome reward: Q of what the accepted proof went through is what was left of it, all else is
  worth nothing; the baseline of step scorers.
* preferences: a tactic of the proof over its siblings that Lean rejected, that failed, or that lead
  to longer proofs (BFS-Prover, arXiv 2502.03438).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from random import Random

from lean_env.types import Applied, ProofState
from prover.datasets.records import Search
from prover.graph.extraction import node_depths, proof_edges
from prover.graph.store import Edge, Node, ProofGraph
from prover.training.bellman import BackedUpCosts, back_up
from prover.training.examples import TacticTarget, TrainingExample
from prover.types import TheoremStatus

LeafValue = Callable[[ProofState], float | None]

MAX_PER_THEOREM = 4
DEAD_END_RATIO = 1


def no_leaf_value(state: ProofState) -> None:
    """The `LeafValue` of those who have no network yet."""
    return


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalyzedSearch:
    """A stored search with what training examples are read from.

    Attributes:
        search: The stored search.
        graph: Its proof graph.
        proof: Ids of the edges of the least proof; empty unless the gate accepted one.
        depths: Least number of tactics from the root to each node, by node id.
    """

    search: Search
    graph: ProofGraph
    proof: frozenset[int]
    depths: list[int]

    @classmethod
    def of(cls, search: Search) -> AnalyzedSearch:
        graph = search.graph()
        verified = search.status is TheoremStatus.PROVED
        proof = frozenset(proof_edges(graph)) if verified else frozenset[int]()
        return cls(search=search, graph=graph, proof=proof, depths=node_depths(graph))

    @property
    def verified(self) -> bool:
        return self.search.status is TheoremStatus.PROVED

    def costs(self, cap: float, leaf: Callable[[Node], float | None]) -> BackedUpCosts:
        return back_up(
            self.graph, cap, leaf, theorem=self.search.theorem.name, verified=self.verified
        )

    def example(
        self, node: Node, tactics: Iterable[TacticTarget], value: float | None = None
    ) -> TrainingExample:
        return TrainingExample(
            state=node.state,
            theorem=self.search.id,
            tactics=tuple(tactics),
            value=value,
            depth=self.depths[node.id],
        )


def policy_examples(searches: Iterable[AnalyzedSearch]) -> list[TrainingExample]:
    """The tactics of least verified proofs.  A tactic counts by how rare its number of steps to the
    end of the proof is: as the inverse square root; the mean weight is 1."""
    found = [
        (tried.example(edge.parent, [TacticTarget(tactic=edge.proposal.tactic)]), edge.parent.cost)
        for tried in searches
        for edge in tried.graph.edges
        if edge.id in tried.proof
    ]
    counts = Counter(steps for _, steps in found)
    weights = [1 / sqrt(counts[steps]) for _, steps in found]
    mean = sum(weights) / max(len(weights), 1)
    return [
        replace(example, tactics=(replace(example.tactics[0], weight=weight / mean),))
        for (example, _), weight in zip(found, weights, strict=True)
    ]


def process_examples(
    tried: AnalyzedSearch, cap: float, leaf: LeafValue, *, most: int, rng: Random
) -> Iterator[TrainingExample]:
    """V of the states and Q of their tactics, of at most `most` tactics a state: those that are
    part of a proof, then what leads on, and of the rest as many as there is room for, by chance."""
    costs = tried.costs(cap, lambda node: leaf(node.state))
    for node in tried.graph.nodes:
        if not node.edges:
            continue
        taught = [t for edge in node.edges if (t := _taught(tried, edge, costs.q(edge)))]
        tactics = _some(taught, cap, most, rng)
        value = costs.value(node)
        if tactics or value is not None:
            yield tried.example(node, tactics, value)


def outcome_examples(
    tried: AnalyzedSearch, cap: float, *, most: int, rng: Random
) -> Iterator[TrainingExample]:
    """As `process_examples`, from whether the attempt as a whole came to its end."""
    on_path = {edge.parent.id for edge in tried.graph.edges if edge.id in tried.proof}
    for node in tried.graph.nodes:
        applied = [e for e in node.edges if isinstance(e.transition, Applied)]
        taught = [
            _taught(tried, edge, min(node.cost, cap) if edge.id in tried.proof else cap)
            for edge in applied
        ]
        tactics = _some([t for t in taught if t], cap, most, rng)
        if tactics:
            value = min(node.cost, cap) if node.id in on_path else cap
            yield tried.example(node, tactics, value)


def preference_examples(
    tried: AnalyzedSearch, cap: float, *, most: int, rng: Random
) -> Iterator[TrainingExample]:
    """A tactic of the least verified proof, and at most `most` siblings that are worse."""
    costs = tried.costs(cap, lambda node: None)
    for edge in tried.graph.edges:
        if edge.id not in tried.proof:
            continue
        best = edge.parent.cost
        worse = [
            replace(taught, dispreferred=True, weight=0.0)
            for sibling in edge.parent.edges
            if (q := costs.q(sibling)) is not None
            and q > best
            and (taught := _taught(tried, sibling, q))
        ]
        good = _taught(tried, edge, best)
        if good and worse:
            chosen = rng.sample(worse, min(most, len(worse)))
            yield tried.example(edge.parent, [replace(good, preferred=True), *chosen], best)


def subsample(
    examples: Sequence[TrainingExample], cap: float, rng: Random
) -> list[TrainingExample]:
    """Keep the examples that teach most: dead ends are most of what a search sees.

    Args:
        examples: Examples of any searches.
        cap: Cost of a dead end.
        rng: Decides which of equally good examples stay.

    Returns:
        All examples with a tactic to imitate; of each theorem at most `MAX_PER_THEOREM` others with
        a tactic that costs less than `cap`; and at most `DEAD_END_RATIO` times as many dead ends,
        whose `share` counts those left out.
    """
    imitated: list[TrainingExample] = []
    hopeful: defaultdict[str, list[TrainingExample]] = defaultdict(list)
    rest: list[TrainingExample] = []
    for example in examples:
        if any(t.weight for t in example.tactics):
            imitated.append(example)
        elif any((t.cost or cap) < cap for t in example.tactics):
            hopeful[example.theorem].append(example)
        else:
            rest.append(example)
    kept = imitated + [
        w for ws in hopeful.values() for w in rng.sample(ws, min(MAX_PER_THEOREM, len(ws)))
    ]
    room = max(DEAD_END_RATIO * len(kept), 1)
    if len(rest) > room:
        share = len(rest) / room
        rest = [replace(w, share=share) for w in rng.sample(rest, room)]
    return kept + rest


def _taught(tried: AnalyzedSearch, edge: Edge, cost: float | None) -> TacticTarget | None:
    """None when nobody knows what the tactic is worth."""
    if cost is None:
        return None
    return TacticTarget(
        tactic=edge.proposal.tactic,
        weight=1.0 if edge.id in tried.proof else 0.0,
        cost=cost,
        children=tuple(child.state for child in edge.children),
    )


def _some(taught: list[TacticTarget], cap: float, most: int, rng: Random) -> list[TacticTarget]:
    """At most `most` of them, and one more that is worth nothing if there is any; those of the
    proof and of least cost first.  Those left in stand for those left out that are worth nothing
    too."""
    good = sorted(
        (t for t in taught if t.cost is not None and t.cost < cap),
        key=lambda t: (not t.weight, t.cost),
    )[:most]
    bad = [t for t in taught if t.cost is None or t.cost >= cap]
    room = max(most - len(good), 1)
    if len(bad) > room:
        share = len(bad) / room
        bad = [replace(t, share=share) for t in rng.sample(bad, room)]
    return good + bad
