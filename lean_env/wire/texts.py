"""The part of the wire format (`protocol`) that is about texts as people write them: files,
commands, tactics one at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from lean_env.types import Goal, Severity

Name: TypeAlias = tuple[str | int, ...]
"""A Lean name, by its components."""


# Requests


@dataclass(frozen=True, slots=True)
class Scan:
    """Elaborate a whole file, and keep it as a header: what theorems it has, and what declarations
    with a `sorry`."""

    source: str
    op: ClassVar[str] = "scan"


@dataclass(frozen=True, slots=True)
class Check:
    """Elaborate a text to its end, whatever errors are in it, within `ms` milliseconds: after a
    header, or without one as a file with imports of its own.  With `keep` what comes of it is kept
    as a header, and each `sorry` as a state whose goals stay together.  With `tactics` the answer
    tells of each tactic, and what Lean knew before it is kept."""

    header: int | None
    source: str
    keep: bool
    tactics: bool
    ms: int
    op: ClassVar[str] = "check"


@dataclass(frozen=True, slots=True)
class Apply:
    """Run one tactic as in a file: on all goals of a state, and it may leave a `sorry`.  Limits are
    as in `run`."""

    state: int
    tactic: str
    ms: int
    heartbeats: int
    op: ClassVar[str] = "apply"


# Answers


@dataclass(frozen=True, slots=True)
class StateRecord:
    """A proof state as the server knows it: its number in this process, its key, its goals."""

    id: int
    key: str
    goals: tuple[Goal, ...]


@dataclass(frozen=True, slots=True)
class SorryRecord:
    """A declaration of a file: its place in code points, its first line (from 1), its text, and how
    many times `sorry` stands in it."""

    start: int
    stop: int
    line: int
    text: str
    sorries: int


@dataclass(frozen=True, slots=True)
class TheoremRecord:
    """A theorem of a file: its name, that name as people write it, and its line (from 1)."""

    name: Name
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class ScanAnswer:
    sorries: tuple[SorryRecord, ...]
    theorems: tuple[TheoremRecord, ...]


Place: TypeAlias = tuple[int, int]
"""Line and column, both from 1, in code points."""


@dataclass(frozen=True, slots=True)
class Message:
    """What Lean says of a text; `stop` is None where only a place is known."""

    severity: Severity
    text: str
    start: Place
    stop: Place | None


@dataclass(frozen=True, slots=True)
class SorryGoal:
    """What is to be proved, or given, at a `sorry` of a text; `state` is its number if kept."""

    start: Place
    stop: Place
    goals: tuple[Goal, ...]
    state: int | None


@dataclass(frozen=True, slots=True)
class TacticRecord:
    """A tactic of a text: the goals before it, which are kept as `state`, and the constants that it
    put into the proof."""

    start: Place
    stop: Place
    text: str
    goals: tuple[Goal, ...]
    state: int
    constants: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """`finished` is false when the time was up before the end of the text, `header` the number of
    what is kept."""

    messages: tuple[Message, ...]
    sorries: tuple[SorryGoal, ...]
    tactics: tuple[TacticRecord, ...]
    finished: bool
    header: int | None

    @property
    def ok(self) -> bool:
        """Lean came to the end and reports no error.  A `sorry` is none."""
        return self.finished and all(m.severity is not Severity.ERROR for m in self.messages)


@dataclass(frozen=True, slots=True)
class ApplyAnswer:
    """`state` is what is left, without goals at a proof's end.  `status` says what that is worth,
    in the words of the REPL of Lean's community; `Completed` only if the kernel takes the proof."""

    state: StateRecord
    status: str
    messages: tuple[Message, ...]
    sorries: tuple[SorryGoal, ...]
