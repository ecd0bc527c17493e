"""How far a collection is, in words, every few seconds."""

from __future__ import annotations

import time
from collections.abc import Callable

from prover.datasets.collect import Tally

EVERY = 10.0
"""Seconds from one line to the next."""


class Progress:
    """To be called with each tally; `show` gets a line now and then."""

    def __init__(self, show: Callable[[str], None]) -> None:
        self._show, self._last = show, time.monotonic()

    def __call__(self, tally: Tally) -> None:
        if time.monotonic() >= self._last + EVERY:
            self._last = time.monotonic()
            self._show(words(tally))


def words(tally: Tally) -> str:
    rate = tally.edges / max(tally.seconds, 1e-9)
    invalid = f", {tally.invalid} not taken by Lean" if tally.invalid else ""
    return (
        f"{tally.ended:,} of {tally.todo:,} searched, {tally.proved:,} proved{invalid}; "
        f"{tally.edges:,} edges, {rate:.0f} a second"
    )
