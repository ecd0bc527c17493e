"""Training examples from searches; the only supervision is what Lean accepted and rejected.

* policy: the tactics of the least-cost verified proof (rejection sampling), balanced by length,
  since one-step proofs would otherwise dominate (LeanProgress).
* process reward: V and Q backed up through the whole graph, see `bellman`.
* outcome reward: on the verified proof, V and Q are the steps left of it; everything else costs the
  cap.  The baseline of step scorers.
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
"""Predicts V, in steps, of a state on which nothing was run; None if unknown."""

MAX_PER_THEOREM = 4
"""Examples kept of a theorem that have no tactic to imitate but one that is of use."""
DEAD_END_RATIO = 1
"""Examples of dead ends kept for each other example."""


def no_leaf_value(_: ProofState) -> None:
    """Be the `LeafValue` for when there is no trained network: V is unknown."""


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
        """Rebuild the proof graph of a stored search and find its verified proof."""
        graph = search.graph()
        verified = search.status is TheoremStatus.PROVED
        proof = frozenset(proof_edges(graph)) if verified else frozenset[int]()
        return cls(search=search, graph=graph, proof=proof, depths=node_depths(graph))

    @property
    def verified(self) -> bool:
        """Whether the gate accepted a proof of the theorem."""
        return self.search.status is TheoremStatus.PROVED

    def costs(self, cap: float, leaf: Callable[[Node], float | None]) -> BackedUpCosts:
        """Back up costs through the graph, see `prover.training.bellman.back_up`."""
        return back_up(
            self.graph, cap, leaf, theorem=self.search.theorem.name, verified=self.verified
        )

    def example(
        self, node: Node, tactics: Iterable[TacticTarget], value: float | None = None
    ) -> TrainingExample:
        """Make an example of a node.

        Args:
            node: A node of this graph.
            tactics: Tactics on it, with their targets.
            value: Target of V in steps; None if unknown.
        """
        return TrainingExample(
            state=node.state,
            theorem=self.search.id,
            tactics=tuple(tactics),
            value=value,
            depth=self.depths[node.id],
        )


def policy_examples(searches: Iterable[AnalyzedSearch]) -> list[TrainingExample]:
    """Make examples of imitation from least-cost verified proofs.

    Args:
        searches: The searches; those without a verified proof give nothing.

    Returns:
        An example for each tactic of a proof.  Its weight is proportional to 1/√n, where n is the
        number of examples with as many steps to the end of the proof; the mean weight is 1.
    """
    found = [
        (
            search.example(edge.parent, [TacticTarget(tactic=edge.proposal.tactic)]),
            edge.parent.cost,
        )
        for search in searches
        for edge in search.graph.edges
        if edge.id in search.proof
    ]
    counts = Counter(steps for _, steps in found)
    weights = [1 / sqrt(counts[steps]) for _, steps in found]
    mean = sum(weights) / max(len(weights), 1)
    return [
        replace(example, tactics=(replace(example.tactics[0], weight=weight / mean),))
        for (example, _), weight in zip(found, weights, strict=True)
    ]


def process_examples(
    search: AnalyzedSearch, cap: float, leaf: LeafValue, *, most: int, rng: Random
) -> Iterator[TrainingExample]:
    """Make examples of V and Q by Bellman backups through the whole graph.

    Args:
        search: The search.
        cap: The cost of what is not provable, in steps.
        leaf: Predicts V of states on which nothing was run.
        most: The largest number of tactics of a state: those of a proof first, then others of
            finite cost, then a random sample of dead ends.
        rng: Decides which dead ends are kept.
    """
    costs = search.costs(cap, lambda node: leaf(node.state))
    for node in search.graph.nodes:
        if not node.edges:
            continue
        targets = [t for edge in node.edges if (t := _target(search, edge, costs.q(edge)))]
        tactics = _limit(targets, cap, most, rng)
        value = costs.value(node)
        if tactics or value is not None:
            yield search.example(node, tactics, value)


def outcome_examples(
    search: AnalyzedSearch, cap: float, *, most: int, rng: Random
) -> Iterator[TrainingExample]:
    """Make examples of V and Q from the outcome of the whole search: on its proof or not.

    Args:
        search: The search.
        cap: The cost of everything off the verified proof, in steps.
        most: See `process_examples`.
        rng: See `process_examples`.
    """
    on_path = {edge.parent.id for edge in search.graph.edges if edge.id in search.proof}
    for node in search.graph.nodes:
        applied = [e for e in node.edges if isinstance(e.transition, Applied)]
        targets = [
            _target(search, edge, min(node.cost, cap) if edge.id in search.proof else cap)
            for edge in applied
        ]
        tactics = _limit([t for t in targets if t], cap, most, rng)
        if tactics:
            value = min(node.cost, cap) if node.id in on_path else cap
            yield search.example(node, tactics, value)


def preference_examples(
    search: AnalyzedSearch, cap: float, *, most: int, rng: Random
) -> Iterator[TrainingExample]:
    """Make preference pairs: each tactic of the verified proof over worse siblings.

    Args:
        search: The search.
        cap: The cost of what is not provable, in steps.
        most: The largest number of siblings for each tactic of the proof.
        rng: Decides which siblings are taken.
    """
    costs = search.costs(cap, lambda _: None)
    for edge in search.graph.edges:
        if edge.id not in search.proof:
            continue
        best = edge.parent.cost
        worse = [
            replace(target, dispreferred=True, weight=0.0)
            for sibling in edge.parent.edges
            if (q := costs.q(sibling)) is not None
            and q > best
            and (target := _target(search, sibling, q))
        ]
        good = _target(search, edge, best)
        if good and worse:
            chosen = rng.sample(worse, min(most, len(worse)))
            yield search.example(edge.parent, [replace(good, preferred=True), *chosen], best)


def subsample(
    examples: Sequence[TrainingExample], cap: float, rng: Random
) -> list[TrainingExample]:
    """Keep the most informative examples: most states that a search sees are dead ends.

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
    dead_ends: list[TrainingExample] = []
    for example in examples:
        if any(t.weight for t in example.tactics):
            imitated.append(example)
        elif any((t.cost or cap) < cap for t in example.tactics):
            hopeful[example.theorem].append(example)
        else:
            dead_ends.append(example)
    kept = imitated + [
        e for es in hopeful.values() for e in rng.sample(es, min(MAX_PER_THEOREM, len(es)))
    ]
    room = max(DEAD_END_RATIO * len(kept), 1)
    if len(dead_ends) > room:
        share = len(dead_ends) / room
        dead_ends = [replace(e, share=share) for e in rng.sample(dead_ends, room)]
    return kept + dead_ends


def _target(search: AnalyzedSearch, edge: Edge, cost: float | None) -> TacticTarget | None:
    """Make the target of an edge; None if its cost is unknown."""
    if cost is None:
        return None
    return TacticTarget(
        tactic=edge.proposal.tactic,
        weight=1.0 if edge.id in search.proof else 0.0,
        cost=cost,
        children=tuple(child.state for child in edge.children),
    )


def _limit(targets: list[TacticTarget], cap: float, most: int, rng: Random) -> list[TacticTarget]:
    """Keep at most `most` targets, but always one dead end if there is any.

    Tactics of the proof and of least cost come first; the `share` of the dead ends that are kept
    counts those that are not.
    """
    good = sorted(
        (t for t in targets if t.cost is not None and t.cost < cap),
        key=lambda t: (not t.weight, t.cost),
    )[:most]
    bad = [t for t in targets if t.cost is None or t.cost >= cap]
    room = max(most - len(good), 1)
    if len(bad) > room:
        share = len(bad) / room
        bad = [replace(t, share=share) for t in rng.sample(bad, room)]
    return good + bad
