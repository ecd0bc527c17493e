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
    """A tactic that a policy suggests.

    Attributes:
        tactic: The text of the tactic.
        logprob: Its log-probability under the policy (natural logarithm, at most 0).
        source: The policy that proposed it, like `portfolio.automation`.
        tokens: How many tokens a model generated for it; 0 without a model.
    """

    tactic: Tactic
    logprob: float
    source: str = ""
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class ProofError:
    """Why a part of a whole proof failed.

    Attributes:
        first_line: The first line of that part within the proof, from 1.
        last_line: Its last line.
        message: Lean's message.
        goal: The goals at that place, as Lean prints them.
    """

    first_line: int
    last_line: int
    message: str
    goal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedProof:
    """A whole proof that Lean rejected.

    Attributes:
        state: What it should have proved.
        proposal: The proof.
        errors: What is wrong, in the order of the text; at least one.
        before: The failed proof that this one was to repair, if any.
    """

    state: ProofState
    proposal: Proposal
    errors: tuple[ProofError, ...]
    before: FailedProof | None = None


class Policy(Protocol):
    """Proposes tactics: the prior P(a | s) of a search."""

    async def propose(self, states: Sequence[ProofState], k: int) -> list[list[Proposal]]:
        """Propose tactics for a batch of proof states.

        Args:
            states: The states, which may belong to different theorems.
            k: The largest number of tactics for each state.

        Returns:
            Up to `k` distinct tactics for each state in the order of `states`, most probable first.
        """
        ...


@runtime_checkable
class IncrementalPolicy(Protocol):
    """A policy that may propose further tactics for a state later, like one that is loading."""

    def has_more_later(self, state: ProofState) -> bool:
        """Whether another call for `state` may give tactics that the last one did not."""
        ...


@runtime_checkable
class RepairingPolicy(Protocol):
    """A policy that writes whole proofs, and corrects those that failed."""

    async def repair(self, failed: Sequence[FailedProof], k: int) -> list[list[Proposal]]:
        """Propose corrections of failed proofs.

        Args:
            failed: The proofs; those of other policies are left to these.
            k: The largest number of corrections of each.

        Returns:
            Up to `k` whole proofs for each failed one, in their order, most probable first.
        """
        ...


class ValueFunction(Protocol):
    """Estimates V(s), the cost-to-go of proof states."""

    async def cost_to_go(self, states: Sequence[ProofState]) -> list[float]:
        """Estimate the number of remaining tactics, one per state in their order."""
        ...


@runtime_checkable
class StepScorer(Protocol):
    """Estimates Q(s, a), the cost-to-go of a tactic that has not been run."""

    async def score(self, state: ProofState, tactics: Sequence[Tactic]) -> list[float]:
        """Estimate Q(s, a) for several tactics of one state, without running them.

        Args:
            state: The state s.
            tactics: The tactics a.

        Returns:
            For each tactic the expected number of tactics to the end of the proof, `a` included.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """The learned guidance of a search.

    Attributes:
        value: V(s).
        scorer: Q(s, a); without it, searches rank tactics by V and the policy.
    """

    value: ValueFunction
    scorer: StepScorer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """The limits of a search; None means no limit.

    Attributes:
        seconds: Wall-clock time.
        lean_calls: Tactics that Lean runs.
        expansions: States for which the policy is called.
        tokens: Tokens that models generate.
        memory_mb: Approximate size of the proof graph, in MiB.
    """

    seconds: float | None = 60.0
    lean_calls: int | None = None
    expansions: int | None = None
    tokens: int | None = None
    memory_mb: float | None = None


class Style(StrEnum):
    """How a proof that was found is written."""

    READABLE = "readable"
    """As Mathlib's reviewers expect: cases in arms, readable names, short lines."""
    COMPACT = "compact"
    """The tactics as the search ran them."""


class NodeStatus(StrEnum):
    """The status of a node or an edge of the proof graph.

    `OPEN`: neither proved nor failed so far.  `FAILED`: no remaining tactic can lead to a proof.
    """

    OPEN = "open"
    PROVED = "proved"
    FAILED = "failed"


class TheoremStatus(StrEnum):
    """The status of a theorem after a search.

    `OPEN`: the budget ended first.  `FAILED`: no tactic is left to try.  `DISPROVED`: the negation
    is proved.
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
    UNVERIFIED = "unverified"  # found, and there is no gate that could accept it


@dataclass(slots=True)
class Stats:
    """The resources that a search used.

    Attributes:
        lean_calls: Tactics that Lean ran.
        expanded: States for which the policy was called.
        tokens: Tokens that models generated.
        seconds: Wall-clock time.
        lean_seconds: Wall-clock time during which at least one response of Lean was awaited.
        policy_seconds: The same for the policy and the value functions.
    """

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
    """The input of a search algorithm.

    Attributes:
        graph: The proof graph, with the root and the results of earlier searches, which this search
            continues.
        env: Runs tactics.
        policy: Proposes tactics.
        value: V(s).
        budget: The limits, and what was used so far.
        scorer: Q(s, a), for algorithms that rank tactics before they run; without it these use the
            policy.
        rng: The source of randomness.
        workers: How many tactics Lean can run at the same time.
        on_progress: Called after each response of Lean; it can read the graph and the budget.
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
    """Extends a problem's graph until its root is proved, nothing is left, or the budget ends.

    Calling `search` again continues with the current graph.
    """

    async def search(self, problem: Problem) -> StopReason:
        """Search, and return the reason why the search ended."""
        ...
