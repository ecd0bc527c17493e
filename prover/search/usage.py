"""Counts the tokens that models read and write, for the search that asked for them.

A search opens `metered()`, and whatever calls a model inside, in any task started there, calls
`count_tokens`.  So one policy can serve several searches at a time, each of which pays its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(slots=True)
class Usage:
    """Tokens by the name of the model: those that it read, and those that it wrote."""

    read: dict[str, int] = field(default_factory=dict)
    written: dict[str, int] = field(default_factory=dict)

    @property
    def tokens(self) -> int:
        """All tokens that models wrote."""
        return sum(self.written.values())


_METER: ContextVar[Usage | None] = ContextVar("usage", default=None)


@contextmanager
def metered() -> Iterator[Usage]:
    """Collect in one `Usage` what is counted while the context is open."""
    usage = Usage()
    token = _METER.set(usage)
    try:
        yield usage
    finally:
        _METER.reset(token)


def count_tokens(model: str, read: int, written: int) -> None:
    """Count the tokens of one request.

    Args:
        model: The server's name of the model.
        read: Tokens of the prompt.
        written: Tokens of all answers.
    """
    usage = _METER.get()
    if usage is not None:
        usage.read[model] = usage.read.get(model, 0) + read
        usage.written[model] = usage.written.get(model, 0) + written
