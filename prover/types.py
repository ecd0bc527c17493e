"""Data types and protocols of a search: proposals, policies, values, budgets, statuses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, field
from enum import StrEnum
from random import Random
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from lean_env.types import Environment, ProofState, Tactic

if TYPE_CHECKING:
    from prover.graph.store import ProofGraph
    from prover.search.budget import BudgetTracker


@dataclass(frozen=True, slots=True)
class Proposal:
    """A tactic that a policy suggests, with its log-probability (natural, at most 0).

    `tokens` is how many a model generated for it.
    """

    tactic: Tactic
    logprob: float
    source: str = ""
    tokens: int = 0


class Policy(Protocol):
    async def propose(self, states: Sequence[ProofState], k: int) -> list[list[Proposal]]:
        """Up to `k` distinct tactics for each state, most probable first."""
        ...


@runtime_checkable
class IncrementalPolicy(Protocol):
    """A policy that has more tactics later than at first."""

    def has_more_later(self, state: ProofState) -> bool:
        """Whether its last answer for `state` lacks tactics that it gives when asked again."""
        ...


class ValueFunction(Protocol):
    async def cost_to_go(self, states: Sequence[ProofState]) -> list[float]:
        """Expected number of remaining tactics, one figure a state."""
        ...


@runtime_checkable
class StepScorer(Protocol):
    async def score(self, state: ProofState, tactics: Sequence[Tactic]) -> list[float]:
        """Q(s, a): expected number of tactics to the end of the proof when the next one is `a`,
        `a` included, without running it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """V(s), and Q(s, a) if there is one; without it searches go by V and the policy."""

    value: ValueFunction
    scorer: StepScorer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Where a search stops.  None means no limit.

    `lean_calls` counts tactics that Lean ran, `expansions` states for which the policy was asked,
    `tokens` what models generated, `memory_mb` what the proof graph takes, roughly.
    """

    seconds: float | None = 60.0
    lean_calls: int | None = None
    expansions: int | None = None
    tokens: int | None = None
    memory_mb: float | None = None


class NodeStatus(StrEnum):
    """Of a node or an edge of the proof graph.

    `OPEN`: neither proved nor failed so far.  `FAILED`: no tactic is left that could prove it.
    """

    OPEN = "open"
    PROVED = "proved"
    FAILED = "failed"


class TheoremStatus(StrEnum):
    """Of a theorem after a search.

    `OPEN`: the budget ended first.  `FAILED`: nothing is left to try.  `DISPROVED`: its negation is
    proved.
    """

    OPEN = "open"
    PROVED = "proved"
    FAILED = "failed"
    DISPROVED = "disproved"


class StopReason(StrEnum):
    """Why a search ended."""

    PROVED = "proved"
    EXHAUSTED = "exhausted"
    SECONDS = "seconds"
    LEAN_CALLS = "lean_calls"
    EXPANSIONS = "expansions"
    TOKENS = "tokens"
    MEMORY = "memory"
    CANCELLED = "cancelled"


@dataclass(slots=True)
class Stats:
    """What a search used.  `lean_seconds` is the wall-clock time during which at least one answer
    of Lean was awaited, `policy_seconds` the same for the policy and the values."""

    lean_calls: int = 0
    expanded: int = 0
    tokens: int = 0
    seconds: float = 0.0
    lean_seconds: float = 0.0
    policy_seconds: float = 0.0

    def __add__(self, other: Stats) -> Stats:
        return Stats(*(mine + its for mine, its in zip(astuple(self), astuple(other), strict=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """All that a search algorithm is given.

    `graph` holds the root and whatever earlier searches found: a search goes on from there.
    `scorer` is for the algorithms that rank tactics before they run; without one they go by the
    policy.  `workers` is how many tactics Lean can run at once.  `on_progress` is called after each
    answer of Lean; what it wants to show it reads from the graph and the budget.
    """

    graph: ProofGraph
    env: Environment
    policy: Policy
    value: ValueFunction
    budget: BudgetTracker
    scorer: StepScorer | None = None
    rng: Random = field(default_factory=lambda: Random(0))
    workers: int = 1
    on_progress: Callable[[Problem], None] | None = None


class SearchAlgorithm(Protocol):
    """Grows the graph of a problem until its root is proved, nothing is left, or the budget ends.

    Calling `search` again goes on with the graph as it stands then.
    """

    async def search(self, problem: Problem) -> StopReason: ...
