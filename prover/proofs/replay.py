"""Running tactics one after the other, as they stand in a proof."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import dedent

from lean_env.types import Applied, Environment, ProofState, Rejected, Tactic, Transition

_GOES_ON = re.compile(r"\s|[|)\]}⟩]|<;>")
"""How a line begins that belongs to the tactic above it."""


@dataclass(frozen=True, slots=True)
class Step:
    state: ProofState
    tactic: Tactic
    transition: Transition


@dataclass(frozen=True, slots=True)
class Replay:
    """`steps` are the tactics that were run, at most the last of them rejected; `open` the states
    that are left, in the order of their goals."""

    steps: tuple[Step, ...]
    open: tuple[ProofState, ...]

    @property
    def failed(self) -> Step | None:
        """The step that was rejected."""
        last = self.steps[-1] if self.steps else None
        return last if last and isinstance(last.transition, Rejected) else None

    @property
    def states(self) -> list[ProofState]:
        """All that came out of it."""
        applied = [s.transition for s in self.steps if isinstance(s.transition, Applied)]
        return [state for transition in applied for state in transition.states]


async def replay(env: Environment, root: ProofState, tactics: Sequence[Tactic]) -> Replay:
    """Run each tactic on the first state that is open, until one is rejected or none is open.

    If it does not come to that, what came out of it is released.
    """
    open_states, steps = [root], list[Step]()
    for tactic in tactics:
        if not open_states:
            break
        state = open_states[0]
        try:
            [[transition]] = await env.step([(state, [tactic])])
        except BaseException:
            await env.release(Replay(tuple(steps), ()).states)
            raise
        steps.append(Step(state, tactic, transition))
        if not isinstance(transition, Applied):
            break
        left, places = transition.states, transition.positions
        order = sorted(range(len(left)), key=lambda i: places[i] if places else (i,))
        open_states[:1] = [left[i] for i in order]
    return Replay(tuple(steps), tuple(open_states))


def split_tactics(script: str) -> list[Tactic]:
    """The tactics of a block: each begins where the first one does, in the same column."""
    steps: list[Tactic] = []
    for line in dedent(script).strip("\n").split("\n"):
        if not line.strip() or line.startswith("--"):
            continue
        if steps and _GOES_ON.match(line):
            steps[-1] += "\n" + line
        else:
            steps.append(line)
    return steps
