"""A theorem, tactics on it that are hard on a Lean process, and how to wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import psutil

from lean_env.types import Theorem


def _sum(k: int) -> str:
    return " + ".join(f"{(7 * k * k + 13 * m * k + 3 * m * m) % 17 - 8} * x{m}" for m in range(10))


HARD = Theorem(
    statement=(
        "theorem hard (f : Nat → Nat) (swap : ∀ m n, f (m + n) = f (n + m))"
        f" ({' '.join(f'x{m}' for m in range(10))} : Int)"
        f" {' '.join(f'(h{k} : {_sum(k)} ≤ {37 * k % 101})' for k in range(30))}"
        " : f (1 + 2) = 7"
    ),
    name="hard",
)

ENDLESS = "set_option maxRecDepth 10000000 in repeat rw [swap]"
"""Goes on until it is cancelled, and is cancelled easily."""

STUBBORN = "omega"
"""Does not notice for minutes that it is cancelled."""

GREEDY = "exact " + "(" * 20_000 + "rfl" + ")" * 20_000
"""Takes more memory than a process may have."""


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what happens elsewhere; a minute at most."""
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110  (no event tells)
            await asyncio.sleep(0.01)


def is_running(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def seconds_worked(pid: int) -> float:
    """Processor time of a process."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)
