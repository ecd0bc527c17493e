"""The wire format between Python and the Lean server.

One JSON object a line in both directions, UTF-8, no blank lines; `codec` writes and reads them.
A request carries an `id` that its answers repeat.  Every request gets exactly one answer, except
`run`, which gets one for each tactic, in order, each as soon as it is known.  A rejected `apply` is
answered like a rejected `run`.  The twin of this page
is `lean_env/server/LeanEnv/Protocol.lean`.

    → {"id":1,"op":"hello"}
    ← {"id":1,"ok":{"protocol":1,"lean":"4.28.0-pre","commit":"38f3…","imports":["Init"]}}
    → {"id":2,"op":"open","source":"open Nat\\n"}
    ← {"id":2,"ok":{"header":0}}
    → {"id":3,"op":"start","header":0,"statement":"theorem t (a b : Nat) : a + b = b + a"}
    ← {"id":3,"ok":{"name":["t"],"state":{"id":0,"key":"…","goals":[…]},"hole":[46,51],…}}
    → {"id":4,"op":"run","state":0,"tactics":["omega","exact foo"],"ms":5000,"heartbeats":200000}
    ← {"id":4,"index":0,"ok":{"states":[],"positions":[],"messages":[]},"ms":12.9}
    ← {"id":4,"index":1,"rejected":{"reason":"error","message":"unknown identifier 'foo'"},"ms":0.7}
    → {"id":5,"op":"release","states":[0]}
    ← {"id":5,"ok":{}}
    → {"id":6,"op":"open","source":"open Nad\\n"}
    ← {"id":6,"error":{"kind":"header","message":"unknown namespace `Nad`","line":1,"column":6}}
    → {"id":8,"op":"check","header":0,"source":"#eval 1 + 1","keep":false,"tactics":false,"ms":5000}
    ← {"id":8,"ok":{"messages":[{"severity":"info","start":[1,1],"stop":[1,6],"text":"2"}],…}}
    → {"id":9,"op":"apply","state":1,"tactic":"have := sorry","ms":5000,"heartbeats":200000}
    ← {"id":9,"ok":{"state":{…},"status":"Incomplete: open goals remain","sorries":[…],…}}
    ← {"id":7,"index":3,"fatal":{"reason":"memory","message":"…"}}

A goal travels as `{"case":"","hyps":[…],"target":"…"}`, a hypothesis as `{"n":name,"t":type}`
with, where they apply, `"v":value` (a `let` variable) and the flags `"p":true` (its type is a
proposition), `"i":true` (an instance) and `"x":true` (a name that a tactic cannot write).

A place in a text travels as `[line,column]`, both from 1, columns in code points.

A Lean name travels as the array of its components, strings and numbers.

A request that cannot be carried out is answered with `error`: `kind` is `header` or `statement`
(the user's text, with line and column from 1), `imports` (the header wants other modules than this
process has; `imports` lists them), `state` (no such header or state), `request` (not of this
protocol).  `fatal` instead of `ok` means that the process is damaged and about to end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from lean_env.types import Goal, RejectionReason, Severity

VERSION = 1

Name: TypeAlias = tuple[str | int, ...]
"""A Lean name, by its components."""

Position: TypeAlias = tuple[int, int]
"""Line and column, both from 1, in code points."""


# Requests


@dataclass(frozen=True, slots=True)
class Hello:
    """Who is there?  Also the first sign of life."""

    op: ClassVar[str] = "hello"


@dataclass(frozen=True, slots=True)
class Open:
    """Elaborate a header: commands over the imports that the process has."""

    source: str
    op: ClassVar[str] = "open"


@dataclass(frozen=True, slots=True)
class Start:
    """Elaborate a declaration under a header up to its one `sorry` and keep the goal there.

    A declaration without a proof gets one.  `before` is a theorem of the library, or empty: tactics
    that use it, or what the library declares later, are rejected.  With `together` goals stay in
    one state, and tactics see all of them.
    """

    header: int
    statement: str
    before: str = ""
    together: bool = False
    op: ClassVar[str] = "start"


@dataclass(frozen=True, slots=True)
class Library:
    """The theorems that an imported module declares; without a name, which modules there are."""

    module: str = ""
    op: ClassVar[str] = "library"


@dataclass(frozen=True, slots=True)
class Run:
    """Run each tactic on the same state, within `ms` milliseconds and `heartbeats` thousand
    allocations each (0: no limit).  `trust` leaves out kernel checks of auxiliary lemmas: only
    for search, whose finds the gate checks again."""

    state: int
    tactics: tuple[str, ...]
    ms: int
    heartbeats: int
    trust: bool = True
    op: ClassVar[str] = "run"


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


@dataclass(frozen=True, slots=True)
class Release:
    """Forget these states."""

    states: tuple[int, ...]
    op: ClassVar[str] = "release"


@dataclass(frozen=True, slots=True)
class Stats:
    op: ClassVar[str] = "stats"


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop what runs: its remaining answers come at once, as `timeout`.

    May be sent at any time."""

    op: ClassVar[str] = "cancel"


@dataclass(frozen=True, slots=True)
class Export:
    """The gate, first half: elaborate `source`, commands after a header, and give out the theorem
    `name` and all that it rests on, as terms (see `lean_env/server/LeanEnv/Export.lean`)."""

    header: int
    name: Name
    source: str
    ms: int
    op: ClassVar[str] = "export"


@dataclass(frozen=True, slots=True)
class Judge:
    """The gate, second half, for a process that never sees a candidate's text: does the kernel
    accept the exported terms, do they prove the theorem `name` as `source` states it, and on no
    other axioms than `axioms`?  Without `source` the terms are judged by themselves.  `before` is
    as in `start`."""

    header: int
    name: Name
    source: str
    export: Mapping[str, object]
    axioms: tuple[str, ...]
    ms: int
    before: str = ""
    op: ClassVar[str] = "judge"


Request: TypeAlias = (
    Hello
    | Open
    | Start
    | Library
    | Scan
    | Check
    | Run
    | Apply
    | Release
    | Stats
    | Cancel
    | Export
    | Judge
)


# Answers


@dataclass(frozen=True, slots=True)
class StateRecord:
    """A proof state as the server knows it: its number in this process, its key, its goals."""

    id: int
    key: str
    goals: tuple[Goal, ...]


@dataclass(frozen=True, slots=True)
class HelloAnswer:
    protocol: int
    lean: str
    commit: str
    imports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenAnswer:
    header: int


@dataclass(frozen=True, slots=True)
class StartAnswer:
    """`source` is the declaration as elaborated; `hole` the start and end (in code points) of the
    one tactic `sorry` in it."""

    name: Name
    source: str
    hole: tuple[int, int]
    state: StateRecord


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


@dataclass(frozen=True, slots=True)
class Message:
    """What Lean says of a text; `stop` is None where only a place is known."""

    severity: Severity
    text: str
    start: Position
    stop: Position | None


@dataclass(frozen=True, slots=True)
class SorryGoal:
    """What is to be proved, or given, at a `sorry` of a text; `state` is its number if kept."""

    start: Position
    stop: Position
    goals: tuple[Goal, ...]
    state: int | None


@dataclass(frozen=True, slots=True)
class TacticRecord:
    """A tactic of a text: the goals before it, which are kept as `state`, and the constants that it
    put into the proof."""

    start: Position
    stop: Position
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


@dataclass(frozen=True, slots=True)
class ModulesAnswer:
    """The imported modules, each after those that it imports."""

    modules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LibraryTheorem:
    """`key` is that of its state when it is posed after an empty header.  `levels` are its universe
    parameters."""

    name: str
    key: str
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LibraryAnswer:
    """`left_out` counts, by reason, the module's other constants."""

    theorems: tuple[LibraryTheorem, ...]
    left_out: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class AppliedAnswer:
    index: int
    states: tuple[StateRecord, ...]
    positions: tuple[tuple[int, ...], ...]
    messages: tuple[str, ...]
    ms: float


@dataclass(frozen=True, slots=True)
class RejectedAnswer:
    index: int
    reason: RejectionReason
    message: str
    ms: float


@dataclass(frozen=True, slots=True)
class StatsAnswer:
    """How many states and headers are held."""

    states: int
    headers: int


@dataclass(frozen=True, slots=True)
class ExportAnswer:
    export: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class JudgeAnswer:
    """Answer to `judge`, and to an `export` that fails.  `refused` is empty when the theorem is
    proved, `undecided` when Lean came to a limit, else a `RefusalReason`; `axioms` are
    those that the proof rests on."""

    refused: str
    message: str
    axioms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ErrorAnswer:
    kind: str
    message: str
    line: int = 0
    column: int = 0
    imports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FatalAnswer:
    """`reason` is `memory`, `timeout` (a tactic that did not stop when told to) or `crash`; `index`
    is the tactic of a `run` that was running, -1 otherwise."""

    reason: str
    message: str
    index: int = -1


Answer: TypeAlias = (
    HelloAnswer
    | OpenAnswer
    | StartAnswer
    | ScanAnswer
    | CheckAnswer
    | ApplyAnswer
    | ModulesAnswer
    | LibraryAnswer
    | AppliedAnswer
    | RejectedAnswer
    | StatsAnswer
    | ExportAnswer
    | JudgeAnswer
    | ErrorAnswer
    | FatalAnswer
    | None  # `release` and `cancel` have nothing to say
)
