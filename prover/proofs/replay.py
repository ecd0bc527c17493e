"""Run a script tactic by tactic."""

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
    """A tactic that was run in `state`, with Lean's response."""

    state: ProofState
    tactic: Tactic
    transition: Transition


@dataclass(frozen=True, slots=True)
class Replay:
    """The steps of a script that was run.

    Attributes:
        steps: The tactics that were run; at most the last was rejected.
        open: The states that remain, in the order of their goals.
    """

    steps: tuple[Step, ...]
    open: tuple[ProofState, ...]

    @property
    def failed(self) -> Step | None:
        """The step that was rejected, if any."""
        last = self.steps[-1] if self.steps else None
        return last if last and isinstance(last.transition, Rejected) else None

    @property
    def states(self) -> list[ProofState]:
        """All states that the steps left; whoever ran them releases them."""
        applied = [s.transition for s in self.steps if isinstance(s.transition, Applied)]
        return [state for transition in applied for state in transition.states]


async def replay(env: Environment, root: ProofState, tactics: Sequence[Tactic]) -> Replay:
    """Run each tactic on the first open state, until one is rejected or none is open.

    If Lean breaks down, or the call is cancelled, the states so far are released.
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
    """The tactics of a block: each begins in the column of the first one."""
    steps: list[Tactic] = []
    for line in dedent(script).strip("\n").split("\n"):
        if not line.strip() or line.startswith("--"):
            continue
        if steps and _GOES_ON.match(line):
            steps[-1] += "\n" + line
        else:
            steps.append(line)
    return steps
