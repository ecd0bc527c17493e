"""The wire format between Python and the Lean server, the whole of it.

One JSON object a line in both directions, UTF-8, no blank lines.  A request carries an `id` that its
answers repeat.  Every request gets exactly one answer, except `run`, which gets one for each tactic,
in order, each as soon as it is known.  The twin of this page is `lean/LeanEnv/Protocol.lean`.

    → {"id":1,"op":"hello"}
    ← {"id":1,"ok":{"protocol":1,"lean":"4.28.0-pre","commit":"38f3…","imports":["Init"]}}
    → {"id":2,"op":"open","source":"open Nat\\n"}
    ← {"id":2,"ok":{"header":0}}
    → {"id":3,"op":"start","header":0,"statement":"theorem t (a b : Nat) : a + b = b + a"}
    ← {"id":3,"ok":{"name":"t","state":{"id":0,"key":"…","goals":[…]},"hole":[37,51,"tactic"],…}}
    → {"id":4,"op":"run","state":0,"tactics":["omega","exact foo"],"ms":5000,"heartbeats":200000}
    ← {"id":4,"index":0,"ok":{"states":[],"positions":[],"messages":[]},"ms":12.9}
    ← {"id":4,"index":1,"rejected":{"reason":"error","message":"unknown identifier 'foo'"},"ms":0.7}
    → {"id":5,"op":"release","states":[0]}
    ← {"id":5,"ok":{}}

A request that cannot be carried out is answered with `error`: `kind` is `header` or `statement` (the
user's text, with line and column from 1), `imports` (the header wants other modules than this
process has; `imports` lists them), `state` (no such header or state), `request` (not of this
protocol).  `fatal` instead of `ok` means that the process is damaged and about to end.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, TypeAlias

from lean_env.errors import ProtocolError
from lean_env.types import Goal, Hypothesis, Reason

VERSION = 1


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

    A declaration without a proof gets one.
    """

    header: int
    statement: str
    op: ClassVar[str] = "start"


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
class Release:
    """Forget these states."""

    states: tuple[int, ...]
    op: ClassVar[str] = "release"


@dataclass(frozen=True, slots=True)
class Stats:
    op: ClassVar[str] = "stats"


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop what runs: its remaining answers come at once, as `timeout`.  May be sent at any time."""

    op: ClassVar[str] = "cancel"


@dataclass(frozen=True, slots=True)
class Check:
    """The gate: does `source` (without header) declare exactly what `statement` declares, without
    error, and on which axioms does it rest?"""

    header: int
    statement: str
    source: str
    ms: int
    op: ClassVar[str] = "check"


Request: TypeAlias = Hello | Open | Start | Run | Release | Stats | Cancel | Check


# Answers


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
class StateRecord:
    """A proof state as the server knows it: its number in this process, its key, its goals."""

    id: int
    key: str
    goals: tuple[Goal, ...]


@dataclass(frozen=True, slots=True)
class StartAnswer:
    """`source` is the declaration as elaborated; `hole` the start and end (in code points) of the
    `sorry` in it, and whether it stands for a `tactic` or a `term`."""

    name: str
    source: str
    hole: tuple[int, int, str]
    state: StateRecord


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
    reason: Reason
    message: str
    ms: float


@dataclass(frozen=True, slots=True)
class StatsAnswer:
    """How many states and headers are held."""

    states: int
    headers: int


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """`refused` is empty when the declaration is the stated one and compiled; the axioms are then
    those that it rests on."""

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
    | AppliedAnswer
    | RejectedAnswer
    | StatsAnswer
    | CheckAnswer
    | ErrorAnswer
    | FatalAnswer
    | None  # `release` and `cancel` have nothing to say
)
