"""What a Lean environment talks about: theorems, goals, proof states, transitions, verdicts.

Everything here is an immutable value.  A tactic that fails is a value too (`Rejected`); exceptions
(`lean_env.errors`) are for bad input and broken machines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeAlias, runtime_checkable

Tactic: TypeAlias = str
"""Lean source of one tactic or of a tactic sequence (`intro x; simp`, or several lines)."""

STANDARD_AXIOMS = ("propext", "Classical.choice", "Quot.sound")
"""What a proof may rest on.  Everything else makes the gate refuse it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Theorem:
    """A statement to prove.

    `header` is Lean source that stands before it: imports, `open`s, options, notation, definitions,
    or simply the part of a file above it.  `statement` is one declaration (`theorem`, `lemma`,
    `example`, with attributes, binders, universes).  Its proof may be missing, end in `:=` or
    `:= by`, or be `sorry`; the one `sorry` is the place where the proof goes.
    `name` is for reports only and need not be the declaration's name.
    `before` is for a statement that the library has as well: the library's theorem of this name may
    not be used, nor any that its module or a later one declares.
    `sorry_index` is for a declaration with several `sorry`s: which of them is to be proved, from 0,
    while the others stay as they are.
    `informal` states the theorem in words, for models that read them; Lean never does.
    With `together` goals are never divided into states of their own: tactics see all of them, as
    they do in a file.
    """

    statement: str
    header: str = ""
    name: str = ""
    before: str = ""
    together: bool = False
    sorry_index: int | None = None
    informal: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One entry of a local context, as Lean prints it.

    `value` is set for a `let` variable.  `accessible` is False for names that a tactic cannot write
    """

    name: str
    type: str
    value: str | None = None
    accessible: bool = True
    is_prop: bool = False
    is_instance: bool = False


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal as Lean prints it; `case` is its tag, empty for the main goal."""

    target: str
    hypotheses: tuple[Hypothesis, ...] = ()
    case: str = ""

    @property
    def text(self) -> str:
        """The goal as Lean's infoview shows it; neighbours of one type share a line."""
        lines = [f"case {self.case}"] if self.case else []
        names: list[str] = []
        for i, h in enumerate(self.hypotheses):
            names.append(h.name)
            after = self.hypotheses[i + 1] if i + 1 < len(self.hypotheses) else None
            if after and (h.type, h.value, after.value) == (after.type, None, None):
                continue
            value = "" if h.value is None else f" := {h.value}"
            lines.append(f"{' '.join(names)} : {h.type}{value}")
            names = []
        return "\n".join([*lines, f"⊢ {self.target}"])


@dataclass(frozen=True, slots=True)
class Origin:
    """How a state came about: sub-state `index` of what `tactic` made of `parent`."""

    parent: ProofState
    tactic: Tactic
    index: int


@dataclass(frozen=True, slots=True, eq=False)
class ProofState:
    """One OR node: goals that share metavariables, to be proved together, the first one first.

    Two states are equal when their `key` is: a hash that Lean computes from the content of the
    goals, up to the names of bound and local variables, and from the header they live under.
    """

    key: str
    theorem: Theorem
    goals: tuple[Goal, ...]
    origin: Origin | None = None
    auto_bound: tuple[str, ...] = ()
    """Of a first state: names in the statement that Lean took for variables of its own."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ProofState) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def text(self) -> str:
        """All goals as Lean's infoview shows them, separated by blank lines."""
        return "\n\n".join(g.text for g in self.goals)

    @property
    def path(self) -> tuple[tuple[Tactic, int], ...]:
        """The (tactic, sub-state index) pairs that lead from the theorem's first state to here."""
        steps: list[tuple[Tactic, int]] = []
        state = self
        while state.origin is not None:
            steps.append((state.origin.tactic, state.origin.index))
            state = state.origin.parent
        return tuple(reversed(steps))


class RejectionReason(StrEnum):
    """Why Lean did not take a tactic."""

    PARSE = "parse"
    ERROR = "error"
    NO_PROGRESS = "no_progress"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    CRASH = "crash"  # Lean broke down, and again in a fresh process
    FORBIDDEN = "forbidden"


class Severity(StrEnum):
    """Of what Lean says about a text."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Applied:
    """Lean took the tactic; all of `states` must be proved, none is left when the tuple is empty.

    `positions[i]` are the places of the goals of `states[i]` among all remaining goals, in Lean's
    order: what a proof text needs to address them.  `messages` is what Lean said (for instance
    `Try this: …`).
    """

    states: tuple[ProofState, ...]
    positions: tuple[tuple[int, ...], ...] = ()
    messages: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def closed(self) -> bool:
        """Whether no goal is left."""
        return not self.states


@dataclass(frozen=True, slots=True)
class Rejected:
    """Lean did not take the tactic; `message` is what it reports, or why Lean was not asked."""

    reason: RejectionReason
    message: str
    seconds: float = 0.0


Transition: TypeAlias = Applied | Rejected


class RefusalReason(StrEnum):
    """Why the gate refused a proof.  A closed set: reports and data files count by it."""

    FORBIDDEN = "forbidden"  # the text contains what no proof needs
    COMPILE = "compile"  # Lean reports an error
    MISSING = "missing"  # the theorem is not declared
    STATEMENT = "statement"  # declared, but as something else
    SORRY = "sorry"  # rests on a `sorry`
    AXIOM = "axiom"  # rests on an axiom that is not allowed
    KERNEL = "kernel"  # the kernel does not accept the terms
    REACH = "reach"  # uses what the library declares after the theorem


class Kernels(StrEnum):
    """Which kernels have to accept a proof."""

    LEAN = "lean"  # Lean's own alone
    BOTH = "both"  # Lean's own and the second one (`lean_env/gate/kernel`)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The gate accepts the proof.

    Attributes:
        axioms: The axioms that the proof is seen to rest on.  Embedded Lean has its library without
            proofs, so axioms that only these use are not among them.
        seconds: How long the check took.
        checkers: The kernels that accept the proof, with their versions, and programs beside them.
        definitions: Those that the statement leaves open: their types are as stated, their values
            the candidate's own.
    """

    axioms: tuple[str, ...]
    seconds: float = 0.0
    checkers: tuple[str, ...] = ()
    definitions: tuple[str, ...] = ()
    ok: bool = field(default=True, init=False)

    @property
    def assumed(self) -> tuple[str, ...]:
        """The axioms beyond Lean's own three: somebody has allowed them."""
        return tuple(axiom for axiom in self.axioms if axiom not in STANDARD_AXIOMS)


@dataclass(frozen=True, slots=True)
class Refused:
    """The gate does not accept the proof; `axioms` are those it was seen to rest on so far."""

    reason: RefusalReason
    message: str
    axioms: tuple[str, ...] = ()
    seconds: float = 0.0
    ok: bool = field(default=False, init=False)


@dataclass(frozen=True, slots=True)
class Undecided:
    """The checker ran out of time or memory, or crashed: neither accepted nor anyone's failure.

    With `no_gate` there is no checker for this Lean, so no other proof would fare better.
    """

    message: str
    seconds: float = 0.0
    no_gate: bool = False
    ok: bool = field(default=False, init=False)


Verdict: TypeAlias = Accepted | Refused | Undecided


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one tactic may cost.

    Attributes:
        seconds: The time limit.
        heartbeats: The limit of Lean's option `maxHeartbeats`, in thousands of small allocations;
            0 means no limit.
    """

    seconds: float = 5.0
    heartbeats: int = 200_000


class ArgumentKind(StrEnum):
    """What a theorem is applied to in a counterexample."""

    VALUE = "value"
    """A value of a variable."""
    PROOF = "proof"
    """A proof of a hypothesis, which evaluation decides."""
    INSTANCE = "instance"
    """An instance that Lean finds."""


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a theorem in a counterexample.

    Attributes:
        name: The name of the variable, hypothesis or instance.
        value: The value of a variable as Lean text; empty for others.
        kind: What it is.
        explicit: Whether an application of the theorem names it.
    """

    name: str
    value: str
    kind: ArgumentKind
    explicit: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Refutation:
    """What came of looking for small counterexamples to a goal.

    Attributes:
        counterexample: The arguments with which the theorem is false; None if none were found.
        claim: The theorem as a proposition, as Lean prints it.
        why: What was not tried, and why not; empty if all values that are known were.
        levels: How many universe levels the theorem has; all are 0 in `claim`.
        definitions: The functions and predicates of the header that occur in it.
    """

    counterexample: tuple[Argument, ...] | None = None
    claim: str = ""
    why: str = ""
    levels: int = 0
    definitions: tuple[str, ...] = ()


@runtime_checkable
class RefutingEnvironment(Protocol):
    """An environment that can also look for counterexamples."""

    async def refute(self, state: ProofState, seconds: float) -> Refutation:
        """Look for small values that make the goal of a state false.

        Args:
            state: The first state of a theorem.
            seconds: The time limit.

        Returns:
            What was found.  It is no proof: that is for the gate.
        """
        ...


class Environment(Protocol):
    """Lean, as a search sees it."""

    async def start(self, theorem: Theorem) -> ProofState:
        """Elaborate a statement.

        Args:
            theorem: The statement, with its header.

        Returns:
            Its first proof state.

        Raises:
            InvalidHeader: Lean reports an error in the header.
            InvalidStatement: Lean does not elaborate the statement.
        """
        ...

    async def step(
        self, batch: Sequence[tuple[ProofState, Sequence[Tactic]]]
    ) -> list[list[Transition]]:
        """Run tactics on states.

        Args:
            batch: Pairs of a state and the tactics to run on it, each tactic independently.

        Returns:
            One list a pair and one transition a tactic, in the order of the arguments.
        """
        ...

    async def release(self, states: Sequence[ProofState]) -> None:
        """Let Lean forget states; a later `step` on one of them replays it.

        Args:
            states: The states that are no longer needed.
        """
        ...
