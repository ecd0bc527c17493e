"""Compiling Lean texts, with the HTTP API of the Kimina server (`/api/check`, older `/verify`).

That a text compiles does not mean that a theorem is proved: a text may change the meaning of
notation, or assume an axiom.  `/v1/verify` checks that.
"""

from __future__ import annotations

import re
import time
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lean_env.errors import InvalidHeader, LeanEnvError, LeanTimeout, MissingModule
from lean_env.types import Severity
from lean_env.wire.protocol import CheckAnswer, Message, Position
from prover.server.pool_cache import PoolCache, PoolEntry

_HEADER_LINE = re.compile(r"(?:(?:public |private |meta )*import|open|set_option|universe)\s+\S")
_ONLY_ONE = re.compile(r"\bin\b|/-|--")
"""Found in a line that may apply to the next command only, or may start or end a comment."""


class Snippet(BaseModel):
    """A Lean text to compile."""

    model_config = ConfigDict(extra="forbid")

    id: Annotated[str, Field(description="Comes back with the answer.")]
    code: Annotated[str, Field(description="Lean source: imports, if any, and commands.")]


class CheckRequest(BaseModel):
    """Texts to compile, with a time limit for each, capped at the service's own.

    `debug` and `reuse` are accepted and have no effect; `infotree` is not supported.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"snippets": [{"id": "1", "code": "example : 2 + 2 = 4 := rfl"}]}]
        },
    )

    snippets: Annotated[list[Snippet], Field(min_length=1, description="The texts to check.")]
    timeout: Annotated[float, Field(ge=0, description="Seconds for each text.")] = 30
    debug: Annotated[bool, Field(description="Changes nothing.")] = False
    reuse: Annotated[bool, Field(description="Changes nothing.")] = True
    infotree: Annotated[None, Field(description="Info trees are not available.")] = None

    @model_validator(mode="after")
    def _different_ids(self) -> CheckRequest:
        if len({snippet.id for snippet in self.snippets}) < len(self.snippets):
            raise ValueError("the ids of `snippets` differ from each other")
        return self


class LegacySnippet(BaseModel):
    """A Lean text to compile, in the format of older clients; `code` is a synonym of `proof`."""

    model_config = ConfigDict(extra="forbid")

    custom_id: Annotated[str | int, Field(description="Comes back with the answer.")]
    proof: Annotated[str | None, Field(description="Lean source to check.")] = None
    code: Annotated[str | None, Field(description="The same, by its older name.")] = None

    @model_validator(mode="after")
    def _has_text(self) -> LegacySnippet:
        if self.proof is None and self.code is None:
            raise ValueError("an item needs `proof` or `code`: the Lean text to check")
        return self

    @property
    def text(self) -> str:
        """The Lean source, under whichever name it came."""
        return (self.code if self.proof is None else self.proof) or ""


class LegacyCheckRequest(BaseModel):
    """Texts to compile, in the format of older clients; `disable_cache` has no effect."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"codes": [{"custom_id": "1", "proof": "example : 2 + 2 = 4 := rfl"}]}]
        },
    )

    codes: Annotated[list[LegacySnippet], Field(min_length=1, description="The texts to check.")]
    timeout: Annotated[float, Field(ge=0, description="Seconds for each text.")] = 300
    infotree_type: Annotated[None, Field(description="Info trees are not available.")] = None
    disable_cache: Annotated[bool, Field(description="Changes nothing.")] = False


class CheckReply(BaseModel):
    """Lean's messages on a text: `response`, or `error` if there are none to give.

    Lines count from 1, columns from 0.
    """

    id: Annotated[str, Field(description="That of the snippet.")]
    time: Annotated[float, Field(description="Seconds that it took.")]
    error: Annotated[
        str | None,
        Field(
            description="Why there is no response: `timed out after …`, `set-up: …` where a module "
            "is missing, or what broke."
        ),
    ] = None
    response: Annotated[
        dict[str, Any] | None,
        Field(description="`messages` and `sorries` of Lean, each left out where there is none."),
    ] = None

    def legacy(self, custom_id: str | int) -> dict[str, Any]:
        """Convert to the format of older clients."""
        if self.response is None:
            return {"custom_id": custom_id, "error": self.error}
        return {"custom_id": custom_id, "response": self.response | {"time": self.time}}


async def check(pools: PoolCache, snippet: Snippet, seconds: float) -> CheckReply:
    """Compile a text.

    Args:
        pools: Lean processes by imports.
        snippet: The text.
        seconds: The time limit.

    Returns:
        The reply; errors of the text and of Lean processes are in it, not raised.
    """
    began = time.monotonic()
    response, error = None, None
    try:
        async with pools.entry(snippet.code) as entry:
            response = await _response(entry, snippet.code, seconds)
            error = None if response is not None else f"timed out after {seconds:g} s"
    except LeanTimeout:
        error = f"timed out after {seconds:g} s"
    except MissingModule as missing:  # no verdict on the text
        error = f"set-up: {missing.explain()}"
    except InvalidHeader as wrong:
        place = (max(wrong.line, 1), max(wrong.column, 1))
        message = Message(Severity.ERROR, wrong.message, place, None)
        response = {"messages": [_message(message, 0)]}
    except LeanEnvError as broken:
        error = broken.explain()
    took = time.monotonic() - began
    return CheckReply(id=snippet.id, time=round(took, 4), error=error, response=response)


async def _response(entry: PoolEntry, code: str, seconds: float) -> dict[str, Any] | None:
    """Compile a text; None if it timed out."""
    header, rest = split_header(code)
    try:
        answer = await entry.pool.check(header, rest, seconds)
        shift = header.count("\n")
    except InvalidHeader:  # again as a whole, for messages with the positions in it
        answer, shift = await entry.pool.check(None, code, seconds), 0
    return _messages_and_sorries(answer, shift) if answer.finished else None


def split_header(code: str) -> tuple[str, str]:
    """Split a text at its first declaration; many texts share what is before it.

    A line belongs to the header only if it is complete and clear by itself.

    Returns:
        The header, and the rest; together they are `code`.
    """
    lines = code.splitlines(keepends=True)
    end = 0
    for i, line in enumerate(lines):
        if line.strip() and not (_HEADER_LINE.match(line) and not _ONLY_ONE.search(line)):
            if line[0].isspace() or line.startswith("in"):  # may go on with the line before
                end = max(end - 1, 0)
            break
        if line.strip():
            end = i + 1
    return "".join(lines[:end]), "".join(lines[end:])


def _messages_and_sorries(answer: CheckAnswer, shift: int) -> dict[str, Any]:
    """Convert an answer to the API's format; `shift` lines came before the checked text."""
    found: dict[str, Any] = {}
    if answer.messages:
        found["messages"] = [_message(message, shift) for message in answer.messages]
    if answer.sorries:
        found["sorries"] = [
            {
                "pos": _place(sorry.start, shift),
                "endPos": _place(sorry.stop, shift),
                "goal": "\n\n".join(goal.text for goal in sorry.goals),
            }
            for sorry in answer.sorries
        ]
    return found


def _message(message: Message, shift: int) -> dict[str, Any]:
    return {
        "severity": str(message.severity),
        "pos": _place(message.start, shift),
        "endPos": _place(message.stop, shift) if message.stop else None,
        "data": message.text,
    }


def _place(place: Position, shift: int) -> dict[str, int]:
    line, column = place
    return {"line": line + shift, "column": column - 1}
