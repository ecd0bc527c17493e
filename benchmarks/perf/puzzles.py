"""Known proof graphs, for measuring a search without Lean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from statistics import correlation

from lean_env.types import (
    Applied,
    Environment,
    Goal,
    Origin,
    ProofState,
    Rejected,
    RejectionReason,
    Tactic,
    Theorem,
    Transition,
)
from prover.graph.store import ProofGraph
from prover.types import Policy, Proposal, StepScorer, ValueFunction

THEOREM = Theorem(statement="theorem puzzle : True")


class RecordedGraph(Environment, Policy):
    """A proof graph as an environment and as a policy.

    Tactics that ran on a state can run there again, and the policy proposes them, the most probable
    first.  Results are looked up, which takes almost no time.
    """

    def __init__(self, graph: ProofGraph) -> None:
        self.root = graph.root.state
        self.answers = {(e.parent.state.key, e.proposal.tactic): e.transition for e in graph.edges}
        self.proposals = {
            node.state.key: sorted([e.proposal for e in node.edges], key=lambda p: -p.logprob)
            for node in graph.nodes
        }

    async def start(self, theorem: Theorem) -> ProofState:  # noqa: ARG002  there is one
        """Return the root, whatever the theorem."""
        return self.root

    async def step(
        self, batch: Sequence[tuple[ProofState, Sequence[Tactic]]]
    ) -> list[list[Transition]]:
        """Look up the transitions."""
        return [[self.answers[s.key, t] for t in tactics] for s, tactics in batch]

    async def release(self, states: Sequence[ProofState]) -> None:
        """Do nothing."""

    async def propose(self, states: Sequence[ProofState], k: int) -> list[list[Proposal]]:
        """Return the k most probable of the recorded proposals for each state."""
        return [self.proposals[state.key][:k] for state in states]

    def exact(self, cap: float) -> ExactValues:
        """Compute the exact V and Q of all states that can be reached from the root.

        V is the least number of tactics that prove a state; Q(s, a) is 1 plus the sum of V over the
        sub-states that tactic a leaves.

        Args:
            cap: The value of states and tactics without a proof, and the largest value of all.

        Returns:
            Both functions.
        """
        graph = ProofGraph(self.root)
        for node in graph.nodes:  # grows while we go
            for proposal in self.proposals[node.state.key]:
                graph.add(node, proposal, self.answers[node.state.key, proposal.tactic])
        costs = [min(node.cost, cap) for node in graph.nodes]
        q: dict[tuple[str, Tactic], float] = {}
        for edge in graph.edges:
            rejected = isinstance(edge.transition, Rejected)
            cost = cap if rejected else 1 + sum(costs[child.id] for child in edge.children)
            q[edge.parent.state.key, edge.proposal.tactic] = min(cost, cap)
        return ExactValues({node.state.key: costs[node.id] for node in graph.nodes}, q)


class Puzzle(RecordedGraph):
    """A random graph of states with equally many tactics each.

    A third of the tactics is rejected, a share `closing` closes its state, and the others lead to
    one or two states that are not far ahead.  All transitions are drawn in advance.
    """

    def __init__(self, states: int, tactics: int, seed: int, closing: float = 0.0) -> None:
        rng = Random(seed)
        self.root = _state("0", None)
        self.answers: dict[tuple[str, Tactic], Transition] = {}
        self.proposals: dict[str, list[Proposal]] = {}
        for name in range(states):
            here = _state(str(name), None)
            logprobs = sorted((-rng.expovariate(0.5) for _ in range(tactics)), reverse=True)
            self.proposals[here.key] = []
            for i, logprob in enumerate(logprobs):
                tactic = f"t{name}_{i}"
                self.proposals[here.key].append(Proposal(tactic, logprob))
                ahead = min(states, 3 * name + tactics)
                self.answers[here.key, tactic] = _draw_transition(here, tactic, rng, closing, ahead)


def _state(key: str, origin: Origin | None) -> ProofState:
    return ProofState(key, THEOREM, (Goal(f"goal {key}"),), origin)


def _draw_transition(
    here: ProofState, tactic: Tactic, rng: Random, closing: float, ahead: int
) -> Transition:
    luck = rng.random()
    if luck < 1 / 3:
        return Rejected(RejectionReason.ERROR, f"{tactic} does not apply")
    if luck < 1 / 3 + closing:
        return Applied(())
    left = [str(rng.randrange(ahead)) for _ in range(rng.choice((1, 1, 1, 2)))]
    return Applied(tuple(_state(key, Origin(here, tactic, i)) for i, key in enumerate(left)))


@dataclass(frozen=True, slots=True)
class ExactValues(ValueFunction, StepScorer):
    """Known V and Q, as a value function and a step scorer."""

    value: Mapping[str, float]
    q: Mapping[tuple[str, Tactic], float]

    async def cost_to_go(self, states: Sequence[ProofState]) -> list[float]:
        """Look up V of each state."""
        return [self.value[state.key] for state in states]

    async def score(self, state: ProofState, tactics: Sequence[Tactic]) -> list[float]:
        """Look up Q of each tactic."""
        return [self.q[state.key, tactic] for tactic in tactics]


def with_noise(exact: ExactValues, rank_correlation: float, seed: int) -> ExactValues:
    """Add noise to Q, up to a given Spearman rank correlation with the exact one.

    Args:
        exact: The exact Q.
        rank_correlation: The rank correlation, met within 0.005.
        seed: Of the noise.

    Returns:
        The exact values of Q, assigned to tactics in the order of the noisy ranks; without V.
    """
    rng = Random(seed)
    pairs = list(exact.q)
    truth = _ranks([exact.q[pair] for pair in pairs])
    noise = [rng.gauss(0.0, len(pairs)) for _ in pairs]
    low, high = 0.0, 100.0
    while True:
        middle = (low + high) / 2
        noisy = [rank + middle * n for rank, n in zip(truth, noise, strict=True)]
        found = correlation(truth, _ranks(noisy))
        if abs(found - rank_correlation) < 0.005:
            # a state's own figures: the exact ones, dealt out in the order of the noisy ranks
            sizes = sorted(exact.q.values())
            order = sorted(range(len(pairs)), key=lambda i: noisy[i])
            return ExactValues({}, {pairs[i]: size for i, size in zip(order, sizes, strict=True)})
        low, high = (middle, high) if found > rank_correlation else (low, middle)


def _ranks(figures: Sequence[float]) -> list[float]:
    """Ranks from 0; equal figures share the mean of their ranks."""
    order = sorted(range(len(figures)), key=lambda i: figures[i])
    ranks = [0.0] * len(figures)
    start = 0
    for stop in range(1, len(order) + 1):
        if stop == len(order) or figures[order[stop]] != figures[order[start]]:
            for i in order[start:stop]:
                ranks[i] = (start + stop - 1) / 2
            start = stop
    return ranks
