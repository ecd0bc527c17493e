"""The REPL's JSON answers as values, and what an answer means for the tactic that it is about.

Versions differ in little: `proofStatus` came with Lean 4.21, wordings change.  Error recovery is
the trap: a tactic with an error is answered with the state that Lean recovered to, often without
any goal, and the error only stands among the messages.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from lean_env.errors import ProtocolError
from lean_env.types import RejectionReason, Severity
from lean_env.wire.protocol import Message, Position

_TIMEOUT = re.compile(r"\(deterministic\) timeout|maximum number of heartbeats")
_PARSE_ERROR = re.compile(r"(?:Lean error:\n)?<input>:\d+:\d+: ")
_USES_SORRY = re.compile(r"declaration uses [`']?sorry")
_SORRY, _UNASSIGNED = (
    "Incomplete: contains sorry", "Incomplete: contains metavar"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sorry:
    """A `sorry`: its goals as printed, where it stands if known, and its proof state."""

    goal: str
    state: int | None
    start: Position | None = None
    stop: Position | None = None


@dataclass(frozen=True, slots=True)
class CommandReply:
    """What the REPL answers to commands: the environment after them, and what Lean reports."""

    env: int
    messages: tuple[Message, ...] = ()
    sorries: tuple[Sorry, ...] = ()

    @property
    def error(self) -> Message | None:
        """The first error among the messages."""
        return next((m for m in self.messages if m.severity is Severity.ERROR), None)


@dataclass(frozen=True, slots=True)
class StepReply:
    """What the REPL answers to a tactic; `status` is its `proofStatus`, empty before Lean 4.21."""

    state: int
    goals: tuple[str, ...]
    messages: tuple[Message, ...] = ()
    sorries: tuple[Sorry, ...] = ()
    status: str = ""


@dataclass(frozen=True, slots=True)
class ErrorReply:
    """The REPL could not carry out the request, or Lean threw an error."""

    message: str


Reply: TypeAlias = CommandReply | StepReply | ErrorReply


@dataclass(frozen=True, slots=True)
class Goals:
    """The tactic succeeded and leaves these goals, printed; none when it closed them all."""

    state: int
    goals: tuple[str, ...]
    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """The tactic failed."""

    reason: RejectionReason
    message: str


def read_reply(answer: Mapping[str, Any]) -> Reply:
    """Read an answer of the REPL.

    Args:
        answer: The JSON object.

    Returns:
        The answer as a value; fields that are not needed are left out.

    Raises:
        ProtocolError: It is none of the REPL's answers.
    """
    try:
        match answer:
            case {"message": str(message)}:
                return ErrorReply(message)
            case {"proofState": int(state), "goals": list(goals)}:
                messages, sorries = _messages(answer), _sorries(answer)
                status = str(answer.get("proofStatus", ""))
                return StepReply(state, tuple(map(str, goals)), messages, sorries, status)
            case {"env": int(env)}:
                return CommandReply(env, _messages(answer), _sorries(answer))
    except (KeyError, TypeError, ValueError) as error:
        raise ProtocolError(f"the REPL's answer cannot be read: {error!r}") from error
    raise ProtocolError(f"not an answer of the REPL: {str(answer)[:200]}")


def read_step(reply: Reply, *, admitted: bool = False) -> Goals | Failure:
    """Decide what a tactic did.

    Args:
        reply: The answer to the tactic.
        admitted: Whether other goals of the proof were closed with `sorry` on purpose, so that the
            whole proof contains one whatever this tactic does.

    Returns:
        The goals that are left, or why the tactic failed.  An error among the messages is a
        failure whatever goals are reported beside it, and so is a `sorry`.
    """
    if isinstance(reply, ErrorReply):
        return Failure(_reason(reply.message), reply.message.removeprefix("Lean error:\n"))
    if isinstance(reply, CommandReply):
        raise ProtocolError("the REPL answered a tactic as if it were a command")
    errors = [m.text for m in reply.messages if m.severity is Severity.ERROR]
    if errors:
        return Failure(_reason(errors[0]), "\n".join(errors))
    uses_sorry = any(_USES_SORRY.search(m.text) for m in reply.messages)
    if reply.sorries or uses_sorry or (reply.status.startswith(_SORRY) and not admitted):
        return Failure(RejectionReason.ERROR, "the tactic leaves a `sorry`")
    if reply.status.startswith("Error") or (
        not reply.goals and reply.status.startswith(_UNASSIGNED)
    ):
        return Failure(RejectionReason.ERROR, reply.status)
    return Goals(reply.state, reply.goals, tuple(m.text for m in reply.messages))


def _reason(message: str) -> RejectionReason:
    if _TIMEOUT.search(message):
        return RejectionReason.TIMEOUT
    return RejectionReason.PARSE if _PARSE_ERROR.match(message) else RejectionReason.ERROR


def _messages(answer: Mapping[str, Any]) -> tuple[Message, ...]:
    rows: Sequence[Mapping[str, Any]] = answer.get("messages") or ()
    return tuple(
        Message(
            _severity(row["severity"]), row["data"], _place(row["pos"]), _maybe(row.get("endPos"))
        )
        for row in rows
    )


def _severity(word: str) -> Severity:
    return Severity.INFO if word.startswith("info") else Severity(word)


def _sorries(answer: Mapping[str, Any]) -> tuple[Sorry, ...]:
    rows: Sequence[Mapping[str, Any]] = answer.get("sorries") or ()
    return tuple(
        Sorry(row["goal"], row.get("proofState"), _maybe(row.get("pos")), _maybe(row.get("endPos")))
        for row in rows
    )


def _maybe(place: Mapping[str, Any] | None) -> Position | None:
    return None if place is None else _place(place)


def _place(place: Mapping[str, Any]) -> Position:
    """The REPL counts lines from 1 and columns from 0."""
    return int(place["line"]), int(place["column"]) + 1
