"""One session with each way to run a native Lean: the facts behind `qstar doctor --native`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from lean_env.errors import LeanEnvError, LeanProcessError
from lean_env.pool import LeanPool, PoolConfig
from lean_env.toolchain.launch import native_launch
from lean_env.toolchain.native import NativeLean
from lean_env.toolchain.repl import repl_launcher
from lean_env.types import Rejected, Theorem
from lean_env.wire.client import DEFAULT_IMPORTS, LaunchFactory

STATEMENT = "theorem qstar_trial (a b : Nat) : a + b = b + a"
TACTIC = "exact Nat.add_comm a b"


@dataclass(frozen=True, slots=True)
class Trial:
    """A session with one way to run Lean.

    Attributes:
        kind: As `--lean` has it: `native` or `repl`.
        failure: The first line that failed, as a bug report needs it; empty when the session ended
            with a proof.
        remedy: What to do about it.
    """

    kind: str
    failure: str = ""
    remedy: str = ""


async def try_native(lean: NativeLean, cache: Path) -> list[Trial]:
    """Prove a small theorem with our server, and with the REPL, on a native Lean.

    Args:
        lean: The Lean.
        cache: The cache folder; what has to be built is built there.

    Returns:
        One trial for each, in the order in which `--lean auto` prefers them.
    """
    ways: list[tuple[str, Callable[[], LaunchFactory]]] = [
        ("native", lambda: partial(native_launch, lean, cache)),
        ("repl", lambda: repl_launcher(lean, cache)),
    ]
    return [await _try(kind, prepare) for kind, prepare in ways]


async def _try(kind: str, prepare: Callable[[], LaunchFactory]) -> Trial:
    step = "starting Lean"
    try:
        launch = await asyncio.to_thread(prepare)
        await asyncio.to_thread(launch, DEFAULT_IMPORTS)
        async with LeanPool(launch, PoolConfig(workers=1)) as pool:
            step = STATEMENT
            state = await pool.start(Theorem(statement=STATEMENT))
            step = TACTIC
            [[result]] = await pool.step([(state, [TACTIC])])
    except LeanEnvError as error:
        stderr = error.stderr.strip() if isinstance(error, LeanProcessError) else ""
        said = f"; it printed: {stderr.splitlines()[-1]}" if stderr else ""
        return Trial(kind, f"{step}: {error}{said}", error.remedy)
    if isinstance(result, Rejected):
        return Trial(kind, f"{step}: {result.reason}: {result.message}")
    return Trial(kind)
