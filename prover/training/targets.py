"""Lessons from searches: Lean's verdicts, and nothing else, say what was good.

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
from prover.graph.store import Edge, Node, ProofGraph
from prover.tracing.account import depth_of, proof_edges
from prover.training.bellman import Costs, back_up
from prover.training.lessons import Lesson, Taught
from prover.types import TheoremStatus

Leaf = Callable[[ProofState], float | None]

ALIKE = 4
HOPELESS = 1


def unknown(state: ProofState) -> None:
    """The `Leaf` of those who have no network yet."""
    return


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A search as the lessons see it.  `proof` are the edges of the least proof in its graph, where
    the gate accepted one."""

    search: Search
    graph: ProofGraph
    proof: frozenset[int]
    depths: list[int]

    @classmethod
    def of(cls, search: Search) -> Tried:
        graph = search.graph()
        verified = search.status is TheoremStatus.PROVED
        proof = frozenset(proof_edges(graph)) if verified else frozenset[int]()
        return cls(search=search, graph=graph, proof=proof, depths=depth_of(graph))

    @property
    def verified(self) -> bool:
        return self.search.status is TheoremStatus.PROVED

    def costs(self, cap: float, leaf: Callable[[Node], float | None]) -> Costs:
        return back_up(
            self.graph, cap, leaf, theorem=self.search.theorem.name, verified=self.verified
        )

    def lesson(self, node: Node, tactics: Iterable[Taught], value: float | None = None) -> Lesson:
        return Lesson(
            state=node.state,
            theorem=self.search.id,
            tactics=tuple(tactics),
            value=value,
            depth=self.depths[node.id],
        )


def policy_lessons(searches: Iterable[Tried]) -> list[Lesson]:
    """The tactics of least verified proofs.  A tactic counts by how rare its number of steps to the
    end of the proof is: as the inverse square root; the mean weight is 1."""
    found = [
        (tried.lesson(edge.parent, [Taught(tactic=edge.proposal.tactic)]), edge.parent.cost)
        for tried in searches
        for edge in tried.graph.edges
        if edge.id in tried.proof
    ]
    counts = Counter(steps for _, steps in found)
    weights = [1 / sqrt(counts[steps]) for _, steps in found]
    mean = sum(weights) / max(len(weights), 1)
    return [
        replace(lesson, tactics=(replace(lesson.tactics[0], weight=weight / mean),))
        for (lesson, _), weight in zip(found, weights, strict=True)
    ]


def process_lessons(
    tried: Tried, cap: float, leaf: Leaf, *, most: int, rng: Random
) -> Iterator[Lesson]:
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
            yield tried.lesson(node, tactics, value)


def outcome_lessons(tried: Tried, cap: float, *, most: int, rng: Random) -> Iterator[Lesson]:
    """As `process_lessons`, from whether the attempt as a whole came to its end."""
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
            yield tried.lesson(node, tactics, value)


def preference_lessons(tried: Tried, cap: float, *, most: int, rng: Random) -> Iterator[Lesson]:
    """A tactic of the least verified proof, and at most `most` siblings that are worse."""
    costs = tried.costs(cap, lambda node: None)
    for edge in tried.graph.edges:
        if edge.id not in tried.proof:
            continue
        best = edge.parent.cost
        worse = [
            replace(taught, worse=True, weight=0.0)
            for sibling in edge.parent.edges
            if (q := costs.q(sibling)) is not None
            and q > best
            and (taught := _taught(tried, sibling, q))
        ]
        good = _taught(tried, edge, best)
        if good and worse:
            chosen = rng.sample(worse, min(most, len(worse)))
            yield tried.lesson(edge.parent, [replace(good, better=True), *chosen], best)


def thinned(lessons: Sequence[Lesson], cap: float, rng: Random) -> list[Lesson]:
    """Those of proofs; of each theorem at most `ALIKE` others with a tactic that leads on; and at
    most `HOPELESS` times as many of the rest, which for V stand for those left out: they are most
    of what a search sees, and teach little."""
    imitated: list[Lesson] = []
    hopeful: defaultdict[str, list[Lesson]] = defaultdict(list)
    rest: list[Lesson] = []
    for lesson in lessons:
        if any(t.weight for t in lesson.tactics):
            imitated.append(lesson)
        elif any((t.cost or cap) < cap for t in lesson.tactics):
            hopeful[lesson.theorem].append(lesson)
        else:
            rest.append(lesson)
    kept = imitated + [w for ws in hopeful.values() for w in rng.sample(ws, min(ALIKE, len(ws)))]
    room = max(HOPELESS * len(kept), 1)
    if len(rest) > room:
        share = len(rest) / room
        rest = [replace(w, share=share) for w in rng.sample(rest, room)]
    return kept + rest


def _taught(tried: Tried, edge: Edge, cost: float | None) -> Taught | None:
    """None when nobody knows what the tactic is worth."""
    if cost is None:
        return None
    return Taught(
        tactic=edge.proposal.tactic,
        weight=1.0 if edge.id in tried.proof else 0.0,
        cost=cost,
        children=tuple(child.state for child in edge.children),
    )


def _some(taught: list[Taught], cap: float, most: int, rng: Random) -> list[Taught]:
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
