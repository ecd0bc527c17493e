"""Proof graphs that are known beforehand, as environments: for tests of the search itself."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from hypothesis import strategies as st

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
from prover.graph.invariants import least_costs
from prover.graph.store import ProofGraph
from prover.types import Proposal

Table = Mapping[int, Sequence[tuple[int, ...] | None]]
"""For each state its tactics: the states that each leaves, None where it is rejected."""

THEOREM = Theorem(statement="theorem t : True")


def state(name: object, *, text: str = "", origin: Origin | None = None) -> ProofState:
    return ProofState(str(name), THEOREM, (Goal(text or f"goal {name}"),), origin)


def tactic(name: int, index: int) -> Tactic:
    return f"t{name}_{index}"


@dataclass
class SyntheticEnvironment(Environment):
    """Starts at state 0.  Tactic `t3_1` is tactic 1 of state 3 and an error anywhere else."""

    table: Table
    seconds: float = 0.0
    ran: list[tuple[str, Tactic]] = field(default_factory=list)
    released: list[ProofState] = field(default_factory=list)
    replayed: int = 0
    _forgotten: set[int] = field(default_factory=set)

    async def start(self, theorem: Theorem) -> ProofState:  # noqa: ARG002  there is one
        return state(0)

    async def step(
        self, batch: Sequence[tuple[ProofState, Sequence[Tactic]]]
    ) -> list[list[Transition]]:
        self.replayed += sum(len(ts) for s, ts in batch if id(s) in self._forgotten)
        await asyncio.sleep(self.seconds)
        return [[self._one(s, t) for t in tactics] for s, tactics in batch]

    async def release(self, states: Sequence[ProofState]) -> None:
        self.released += states
        self._forgotten.update(id(state) for state in states)

    def _one(self, parent: ProofState, text: Tactic) -> Transition:
        self.ran.append((parent.key, text))
        name, index = (int(part) for part in text[1:].split("_"))
        left = self.table[name][index] if str(name) == parent.key else None
        if left is None:
            return Rejected(RejectionReason.ERROR, f"{text} does not apply")
        origins = [Origin(parent, text, i) for i in range(len(left))]
        states = tuple(state(n, origin=o) for n, o in zip(left, origins, strict=True))
        return Applied(states, tuple((i,) for i in range(len(left))))


@dataclass
class SyntheticPolicy:
    """Proposes each state's own tactics, in their order, with falling probability."""

    table: Table

    async def propose(self, states: Sequence[ProofState], k: int) -> list[list[Proposal]]:
        return [self.tactics(int(s.key))[:k] for s in states]

    def tactics(self, name: int) -> list[Proposal]:
        count = len(self.table[name])
        return [Proposal(tactic(name, i), -1.0 - 0.1 * i, "synthetic") for i in range(count)]


@dataclass
class OracleValue:
    """The exact cost-to-go of each state of a table, `cap` where there is no proof."""

    table: Table
    cap: float = 1000.0

    def __post_init__(self) -> None:
        graph = whole_graph(self.table)
        costs = least_costs(graph)
        self._costs = {n.state.key: min(costs[n.id], self.cap) for n in graph.nodes}

    async def cost_to_go(self, states: Sequence[ProofState]) -> list[float]:
        return [self._costs[s.key] for s in states]


@dataclass
class OracleScorer:
    """The exact Q(s, a) of each tactic of a table, `cap` where there is no proof."""

    table: Table
    cap: float = 1000.0

    def __post_init__(self) -> None:
        graph = whole_graph(self.table)
        costs = least_costs(graph)
        self.figures: dict[Tactic, float] = {}
        for edge in graph.edges:
            below = sum(costs[child.id] for child in edge.children)
            rejected = isinstance(edge.transition, Rejected)
            figure = self.cap if rejected else min(1 + below, self.cap)
            self.figures[edge.proposal.tactic] = figure

    async def score(
        self,
        state: ProofState,  # noqa: ARG002  names of tactics are unique
        tactics: Sequence[Tactic],
    ) -> list[float]:
        return [self.figures[t] for t in tactics]


@dataclass
class Lowered:
    """An oracle that underestimates: V by any factor, Q by any that leaves it at 1 or more."""

    value: OracleValue
    scorer: OracleScorer
    seed: int

    def _factor(self, name: str) -> float:
        return Random(f"{self.seed} {name}").random()

    async def cost_to_go(self, states: Sequence[ProofState]) -> list[float]:
        exact = await self.value.cost_to_go(states)
        return [v * self._factor(s.key) for s, v in zip(states, exact, strict=True)]

    async def score(
        self,
        state: ProofState,
        tactics: Sequence[Tactic],
    ) -> list[float]:
        exact = await self.scorer.score(state, tactics)
        return [max(1.0, q * self._factor(t)) for t, q in zip(tactics, exact, strict=True)]


def whole_graph(table: Table) -> ProofGraph:
    """All that can be reached from state 0, every tactic run."""
    graph = ProofGraph(state(0))
    env, policy = SyntheticEnvironment(table), SyntheticPolicy(table)
    for node in graph.nodes:  # grows while we go
        for proposal in policy.tactics(int(node.state.key)):
            graph.add(node, proposal, env._one(node.state, proposal.tactic))
    for node in graph.nodes:
        graph.exhaust(node)
    return graph


@st.composite
def tables(draw: st.DrawFn, states: int = 8) -> Table:
    """Random graphs, with cycles, states shared by several tactics, and dead ends."""
    some_states = st.lists(st.integers(0, states - 1), max_size=3).map(tuple)
    tactics = st.lists(st.one_of(st.none(), some_states), max_size=4)
    return draw(st.fixed_dictionaries(dict.fromkeys(range(states), tactics)))


def random_table(states: int, tactics: int, seed: int, closing: float = 0.02) -> Table:
    """A large one: `tactics` a state, of which a third is rejected."""
    rng = Random(seed)

    def one(name: int) -> tuple[int, ...] | None:
        luck = rng.random()
        if luck < 1 / 3:
            return None
        if luck < 1 / 3 + closing:
            return ()
        far = min(states, 4 * name + 10)
        return tuple(rng.randrange(far) for _ in range(rng.choice((1, 1, 1, 2))))

    return {name: [one(name) for _ in range(tactics)] for name in range(states)}
