"""An environment that notes what is started and released."""

from __future__ import annotations

from collections.abc import Sequence

from lean_env.errors import ReplayError
from lean_env.types import Environment, ProofState, Tactic, Theorem, Transition


class WatchedEnvironment(Environment):
    """Lean, watched; it breaks down at the tactics `broken`."""

    def __init__(self, env: Environment, broken: Sequence[Tactic] = ()) -> None:
        self.env, self.broken = env, broken
        self.started: list[ProofState] = []
        self.released: list[ProofState] = []

    async def start(self, theorem: Theorem) -> ProofState:
        self.started.append(await self.env.start(theorem))
        return self.started[-1]

    async def step(
        self, batch: Sequence[tuple[ProofState, Sequence[Tactic]]]
    ) -> list[list[Transition]]:
        if any(tactic in self.broken for _, tactics in batch for tactic in tactics):
            raise ReplayError("led elsewhere")
        return await self.env.step(batch)

    async def release(self, states: Sequence[ProofState]) -> None:
        self.released += states
        await self.env.release(states)
