"""Proof graphs that are known beforehand, for measuring a search without Lean."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from math import inf
from random import Random
from statistics import correlation
from time import perf_counter

from lean_env.types import (
    Applied,
    Environment,
    Goal,
    Origin,
    ProofState,
    Reason,
    Rejected,
    Tactic,
    Theorem,
    Transition,
)
from prover.graph.invariants import least_costs
from prover.graph.store import ProofGraph
from prover.types import Policy, Proposal, StepScorer

THEOREM = Theorem(statement="theorem puzzle : True")


class Puzzle(Environment, Policy):
    """States with `tactics` tactics each, of which a third is rejected and a share `closing` closes
    its state; the others lead to one or two states not far ahead.

    All answers are made beforehand: to look one up takes next to no time.
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
                self.answers[here.key, tactic] = _answer(here, tactic, rng, closing, ahead)

    async def start(self, theorem: Theorem) -> ProofState:
        return self.root

    async def step(
        self, batch: Sequence[tuple[ProofState, Sequence[Tactic]]]
    ) -> list[list[Transition]]:
        return [[self.answers[s.key, t] for t in tactics] for s, tactics in batch]

    async def release(self, states: Sequence[ProofState]) -> None: ...

    async def propose(self, states: Sequence[ProofState], k: int) -> list[list[Proposal]]:
        return [self.proposals[state.key][:k] for state in states]

    def q(self, cap: float) -> dict[Tactic, float]:
        """The exact Q of each tactic, `cap` where there is no proof."""
        graph = ProofGraph(self.root)
        for node in graph.nodes:
            for proposal in self.proposals[node.state.key]:
                graph.add(node, proposal, self.answers[node.state.key, proposal.tactic])
        costs = least_costs(graph)
        figures: dict[Tactic, float] = {}
        for edge in graph.edges:
            rejected = isinstance(edge.transition, Rejected)
            cost = inf if rejected else 1 + sum(costs[child.id] for child in edge.children)
            figures[edge.proposal.tactic] = min(cost, cap)
        return figures


def _state(key: str, origin: Origin | None) -> ProofState:
    return ProofState(key, THEOREM, (Goal(f"goal {key}"),), origin)


def _answer(
    here: ProofState, tactic: Tactic, rng: Random, closing: float, ahead: int
) -> Transition:
    luck = rng.random()
    if luck < 1 / 3:
        return Rejected(Reason.ERROR, f"{tactic} does not apply")
    if luck < 1 / 3 + closing:
        return Applied(())
    left = [str(rng.randrange(ahead)) for _ in range(rng.choice((1, 1, 1, 2)))]
    return Applied(tuple(_state(key, Origin(here, tactic, i)) for i, key in enumerate(left)))


class Figures(StepScorer):
    """A Q that is known."""

    def __init__(self, figures: dict[Tactic, float]) -> None:
        self.figures = figures

    async def score(self, state: ProofState, tactics: Sequence[Tactic]) -> list[float]:
        return [self.figures[tactic] for tactic in tactics]


def blurred(exact: dict[Tactic, float], wanted: float, seed: int) -> dict[Tactic, float]:
    """`exact` with noise, so that its rank correlation with `exact` is `wanted`, within 0.005."""
    rng = Random(seed)
    tactics = list(exact)
    truth = _ranks([exact[t] for t in tactics])
    noise = [rng.gauss(0.0, len(tactics)) for _ in tactics]
    low, high = 0.0, 100.0
    while True:
        middle = (low + high) / 2
        noisy = [rank + middle * n for rank, n in zip(truth, noise, strict=True)]
        found = correlation(truth, _ranks(noisy))
        if abs(found - wanted) < 0.005:
            # a state's own figures: the exact ones, dealt out in the order of the noisy ranks
            sizes = sorted(exact.values())
            order = sorted(range(len(tactics)), key=lambda i: noisy[i])
            return {tactics[i]: size for i, size in zip(order, sizes, strict=True)}
        low, high = (middle, high) if found > wanted else (low, middle)


def _ranks(figures: Sequence[float]) -> list[float]:
    """Equal figures share the mean of their ranks."""
    order = sorted(range(len(figures)), key=lambda i: figures[i])
    ranks = [0.0] * len(figures)
    start = 0
    for stop in range(1, len(order) + 1):
        if stop == len(order) or figures[order[stop]] != figures[order[start]]:
            for i in order[start:stop]:
                ranks[i] = (start + stop - 1) / 2
            start = stop
    return ranks


class Workers(Environment):
    """A puzzle whose tactics take time, on `count` workers, each one tactic at a time."""

    def __init__(self, puzzle: Puzzle, count: int, seed: int, mean: float = 0.005) -> None:
        self._puzzle, self._free = puzzle, asyncio.Semaphore(count)
        self._rng, self._mean = Random(seed), mean
        self.busy = 0.0

    async def start(self, theorem: Theorem) -> ProofState:
        return self._puzzle.root

    async def step(
        self, batch: Sequence[tuple[ProofState, Sequence[Tactic]]]
    ) -> list[list[Transition]]:
        times = [self._rng.lognormvariate(0.0, 1.0) for _, ts in batch for _ in ts]
        await asyncio.gather(*(self._work(time * self._mean) for time in times))
        return await self._puzzle.step(batch)

    async def release(self, states: Sequence[ProofState]) -> None: ...

    async def _work(self, seconds: float) -> None:
        async with self._free:
            began = perf_counter()
            await asyncio.sleep(seconds)
            self.busy += perf_counter() - began
