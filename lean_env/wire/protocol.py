r"""The wire format between Python and the Lean server.

One JSON object a line in both directions, UTF-8, no blank lines; `codec` writes and reads them.
A request carries an `id` that its answers repeat.  Every request gets exactly one answer, except
`run`, which gets one for each tactic, in order, each as soon as it is known.  A rejected `apply` is
answered like a rejected `run`.  The twin of this page
is `lean_env/server/LeanEnv/Protocol.lean`.

    → {"id":1,"op":"hello"}
    ← {"id":1,"ok":{"protocol":1,"lean":"4.28.0-pre","commit":"38f3…","imports":["Init"]}}
    → {"id":2,"op":"open","source":"open Nat\n"}
    ← {"id":2,"ok":{"header":0}}
    → {"id":3,"op":"start","header":0,"statement":"theorem t (a b : Nat) : a + b = b + a"}
    ← {"id":3,"ok":{"name":["t"],"state":{"id":0,"key":"…","goals":[…]},"hole":[46,51],…}}
    → {"id":4,"op":"run","state":0,"tactics":["omega","exact foo"],"ms":5000,"heartbeats":200000}
    ← {"id":4,"index":0,"ok":{"states":[],"positions":[],"messages":[]},"ms":12.9}
    ← {"id":4,"index":1,"rejected":{"reason":"error","message":"unknown identifier 'foo'"},"ms":0.7}
    → {"id":5,"op":"release","states":[0]}
    ← {"id":5,"ok":{}}
    → {"id":6,"op":"open","source":"open Nad\n"}
    ← {"id":6,"error":{"kind":"header","message":"unknown namespace `Nad`","line":1,"column":6}}
    → {"id":8,"op":"check","header":0,"source":"#eval 1 + 1","keep":false,"tactics":false,"ms":5000}
    ← {"id":8,"ok":{"messages":[{"severity":"info","start":[1,1],"stop":[1,6],"text":"2"}],…}}
    → {"id":9,"op":"apply","state":1,"tactic":"have := sorry","ms":5000,"heartbeats":200000}
    ← {"id":9,"ok":{"state":{…},"status":"Incomplete: open goals remain","sorries":[…],…}}
    → {"id":10,"op":"refute","state":2,"ms":250}
    ← {"id":10,"ok":{"counterexample":[{"n":"n","v":"5","kind":"value","explicit":true}],…}}
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

from lean_env.types import Goal, Refutation, RejectionReason, Severity

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


EXAMPLE_PREFIX = "_example_"
"""What the names of examples begin with where they are kept (see `Open`)."""


@dataclass(frozen=True, slots=True)
class Open:
    """Elaborate a header: commands over the imports that the process has.

    With `examples` its examples are kept as theorems `_example_1`, `_example_2` and so on.
    """

    source: str
    examples: bool = False
    op: ClassVar[str] = "open"


@dataclass(frozen=True, slots=True)
class Start:
    """Elaborate a declaration under a header and keep the goal that its `sorry` closes.

    A declaration without a proof gets one.

    Attributes:
        header: The number of the header.
        statement: The declaration.
        before: A theorem of the library, or empty: tactics that use it, or what the library
        declares
            later, are rejected.
        together: Whether goals stay in one state, so that tactics see all of them.
        sorry_index: As in `Theorem`.
    """

    header: int
    statement: str
    before: str = ""
    together: bool = False
    sorry_index: int | None = None
    op: ClassVar[str] = "start"


@dataclass(frozen=True, slots=True)
class Library:
    """The theorems that an imported module declares; without a name, which modules there are."""

    module: str = ""
    op: ClassVar[str] = "library"


@dataclass(frozen=True, slots=True)
class Run:
    """Run each tactic on the same state.

    Attributes:
        state: The number of the state.
        tactics: The tactics.
        ms: The time limit of each, in milliseconds (0: none).
        heartbeats: The limit of each, in thousands of allocations (0: none).
        trust: Whether to leave out kernel checks of auxiliary lemmas: only for search, whose
        proofs the
            gate checks again.
    """

    state: int
    tactics: tuple[str, ...]
    ms: int
    heartbeats: int
    trust: bool = True
    op: ClassVar[str] = "run"


@dataclass(frozen=True, slots=True)
class Scan:
    """Elaborate a whole file, keep it as a header, and list its theorems and its `sorry`s.

    `examples` is as in `open`.
    """

    source: str
    examples: bool = False
    op: ClassVar[str] = "scan"


@dataclass(frozen=True, slots=True)
class Check:
    """Elaborate a text to its end, whatever errors are in it.

    Attributes:
        header: The number of the header that it continues; None for a file with imports of its own.
        source: The text.
        keep: Whether to keep the result as a header, and each `sorry` as a state with all its
        goals.
        tactics: Whether to report each tactic and keep the state before it.
        ms: The time limit in milliseconds.
    """

    header: int | None
    source: str
    keep: bool
    tactics: bool
    ms: int
    op: ClassVar[str] = "check"


@dataclass(frozen=True, slots=True)
class Apply:
    """Run one tactic as in a file: on all goals of a state, and it may leave a `sorry`.

    Limits are as in `run`.
    """

    state: int
    tactic: str
    ms: int
    heartbeats: int
    op: ClassVar[str] = "apply"


@dataclass(frozen=True, slots=True)
class Refute:
    """Look for small values that make the goal of a state false, for at most `ms` milliseconds."""

    state: int
    ms: int
    op: ClassVar[str] = "refute"


@dataclass(frozen=True, slots=True)
class Release:
    """Forget these states."""

    states: tuple[int, ...]
    op: ClassVar[str] = "release"


@dataclass(frozen=True, slots=True)
class Stats:
    """How many states and headers does the process hold?"""

    op: ClassVar[str] = "stats"


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop what runs: its remaining answers come at once, as `timeout`.

    May be sent at any time.
    """

    op: ClassVar[str] = "cancel"


@dataclass(frozen=True, slots=True)
class Export:
    """The gate, first half: elaborate a candidate and export a theorem as terms.

    Attributes:
        header: The number of the header.
        name: The theorem, exported with all that it rests on (see `LeanEnv/Export.lean`).
        source: Commands after the header.
        ms: The time limit in milliseconds.
    """

    header: int
    name: Name
    source: str
    ms: int
    op: ClassVar[str] = "export"


@dataclass(frozen=True, slots=True)
class Constants:
    """Constants of the imported modules in lean4export's format.

    Each is written by itself, theorems without their proofs.
    """

    names: tuple[Name, ...]
    op: ClassVar[str] = "constants"


@dataclass(frozen=True, slots=True)
class Replay:
    """Let Lean's kernel alone check many exports, each by itself over the imported modules.

    No statement is compared and nothing is elaborated: this is for comparing kernels.

    Attributes:
        exports: As `Export` returns them.
        ms: The time limit of each in milliseconds.
    """

    exports: tuple[Mapping[str, object], ...]
    ms: int
    op: ClassVar[str] = "replay"


@dataclass(frozen=True, slots=True)
class Judge:
    """The gate, second half: decide about exported terms, without the candidate's text.

    Does the kernel accept the terms, do they prove the theorem as it is stated, and on no other
    axioms
    than the allowed ones?

    Attributes:
        header: The number of the header of the statement.
        name: The theorem.
        source: The statement; if empty, the terms are judged by themselves.
        export: The terms.
        axioms: The allowed axioms.
        ms: The time limit in milliseconds.
        before: As in `start`.
        fill: Definitions of the header, or the one that `source` states: where they are `sorry` as
            a whole, they may have any value of their type in the terms.
    """

    header: int
    name: Name
    source: str
    export: Mapping[str, object]
    axioms: tuple[str, ...]
    ms: int
    before: str = ""
    fill: tuple[Name, ...] = ()
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
    | Refute
    | Release
    | Stats
    | Cancel
    | Constants
    | Replay
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
    """The versions of the protocol and of Lean, and the modules that are imported."""

    protocol: int
    lean: str
    commit: str
    imports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenAnswer:
    """The number that later requests name the header by."""

    header: int


@dataclass(frozen=True, slots=True)
class StartAnswer:
    """The first state of a theorem.

    Attributes:
        name: The name of the declaration.
        source: The declaration as elaborated.
        hole: The start and the end, in code points, of the tactic `sorry` that is to be proved.
        state: The state at the `sorry`.
        auto_bound: The names that nothing declares, so that Lean took them for variables and
            universes of the statement's own.
    """

    name: Name
    source: str
    hole: tuple[int, int]
    state: StateRecord
    auto_bound: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeclarationRecord:
    """A declaration of a file.

    Attributes:
        name: Its full name.
        text: That name as people write it.
        line: Its line, from 1.
        kind: `theorem`, `definition` or `other`.
    """

    name: Name
    text: str
    line: int
    kind: str

    @property
    def is_example(self) -> bool:
        """It is an example, kept as a theorem."""
        return str(self.name[-1]).startswith(EXAMPLE_PREFIX)


@dataclass(frozen=True, slots=True)
class SorryRecord:
    """A command of a file with a `sorry`.

    Attributes:
        start: Where it starts, in code points.
        stop: Where it ends, in code points.
        line: Its first line, from 1.
        text: Its text.
        sorries: How many times `sorry` occurs in it; 0 if only a macro makes one.
        declares: What it declares.
    """

    start: int
    stop: int
    line: int
    text: str
    sorries: int
    declares: tuple[DeclarationRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class ScanAnswer:
    """The theorems of a file, and its declarations with a `sorry`, in the order of the text."""

    sorries: tuple[SorryRecord, ...]
    theorems: tuple[DeclarationRecord, ...]


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
    """A tactic of a text.

    Attributes:
        start: Where it starts.
        stop: Where it ends.
        text: Its text.
        goals: The goals before it.
        state: The number of the state with these goals.
        constants: The constants that it put into the proof.
    """

    start: Position
    stop: Position
    text: str
    goals: tuple[Goal, ...]
    state: int
    constants: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """What Lean reports about a text.

    Attributes:
        messages: Its messages.
        sorries: The goals at each `sorry`.
        tactics: The tactics, if asked for.
        finished: Whether Lean came to the end of the text in time.
        header: The number of the result, if it is kept.
    """

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
    """The result of a tactic that was applied as in a file.

    Attributes:
        state: What is left; it has no goals at the end of a proof.
        status: How far the proof is, in the words of the Lean community's REPL; `Completed` only if
            the kernel accepts it.
        messages: Lean's messages.
        sorries: The goals at each `sorry` of the tactic.
        traces: What `trace` and the options `trace.…` printed.
    """

    state: StateRecord
    status: str
    messages: tuple[Message, ...]
    sorries: tuple[SorryGoal, ...]
    traces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ModulesAnswer:
    """The imported modules, each after those that it imports."""

    modules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LibraryTheorem:
    """A theorem of an imported module.

    Attributes:
        name: Its name.
        key: The key of its first state when it is stated after an empty header.
        levels: Its universe parameters.
    """

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
    """Tactic number `index` of a `run` succeeded; the fields are those of `types.Applied`."""

    index: int
    states: tuple[StateRecord, ...]
    positions: tuple[tuple[int, ...], ...]
    messages: tuple[str, ...]
    ms: float


@dataclass(frozen=True, slots=True)
class RejectedAnswer:
    """Tactic number `index` of a `run` failed after `ms` milliseconds."""

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
    """A theorem as terms, in the format of `lean_env/server/LeanEnv/Export.lean`."""

    export: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ConstantsAnswer:
    """The answer to `Constants`.

    Attributes:
        export: The constants in lean4export's format.
        absent: The names that are none of constants.
    """

    export: str
    absent: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Replayed:
    """What Lean's kernel says to one export.

    Attributes:
        error: Why it does not accept it; empty if it does.
        undecided: It came to a limit.
        rows: The declarations that it accepted in lean4export's format, with the recursors that it
            made.
        ms: How long it took, in milliseconds.
    """

    error: str
    undecided: bool
    rows: str
    ms: float


@dataclass(frozen=True, slots=True)
class ReplayAnswer:
    """The answer to `Replay`, one result for each export, in order."""

    results: tuple[Replayed, ...]


@dataclass(frozen=True, slots=True)
class JudgeAnswer:
    """Answer to `judge`, and to an `export` that fails.

    Attributes:
        refused: Empty when the theorem is proved, `undecided` when Lean came to a limit, else a
            `RefusalReason`.
        message: Why it is refused.
        axioms: The axioms that the proof rests on.
        definitions: Those that the statement leaves open and the candidate has filled in.
        theorem: Of what is proved, the theorem in `rows`.
        rows: That theorem with all that it rests on in lean4export's format, as Lean's kernel
            accepted it.
    """

    refused: str
    message: str
    axioms: tuple[str, ...]
    definitions: tuple[str, ...] = ()
    theorem: Name = ()
    rows: str = ""


@dataclass(frozen=True, slots=True)
class ErrorAnswer:
    """The request could not be carried out; the kinds are listed in the module's docstring."""

    kind: str
    message: str
    line: int = 0
    column: int = 0
    imports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FatalAnswer:
    """The process is damaged and about to end.

    Attributes:
        reason: `memory`, `timeout` (a tactic that did not stop when told to) or `crash`.
        message: The details.
        index: The tactic of a `run` that was running, -1 otherwise.
    """

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
    | Refutation
    | StatsAnswer
    | ConstantsAnswer
    | ReplayAnswer
    | ExportAnswer
    | JudgeAnswer
    | ErrorAnswer
    | FatalAnswer
    | None  # `release` and `cancel` have nothing to say
)
