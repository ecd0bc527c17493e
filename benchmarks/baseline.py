"""What Lean does without a prover: each of its automation tactics, alone, as the whole proof."""

from __future__ import annotations

from lean_env.gate.verifier import Verifier
from lean_env.types import Applied, Environment, Theorem

TACTICS = (
    "rfl", "decide", "decide +kernel", "simp", "simp_all", "omega", "grind", "exact?", "try?",
)  # fmt: skip
MATHLIB_TACTICS = (
    "norm_num", "ring", "linarith", "nlinarith", "positivity", "field_simp", "aesop",
)  # fmt: skip


def tactics_for(needs: tuple[str, ...]) -> tuple[str, ...]:
    """Those that a theorem with these imports can be given."""
    return (*TACTICS, *MATHLIB_TACTICS) if "Mathlib" in needs else TACTICS


async def alone(
    theorem: Theorem, tactics: tuple[str, ...], env: Environment, verifier: Verifier
) -> dict[str, bool]:
    """Which of `tactics` prove `theorem` by themselves: close it, and pass the gate.

    Raises what `Environment.start` raises.
    """
    state = await env.start(theorem)
    try:
        [transitions] = await env.step([(state, tactics)])
    finally:
        await env.release([state])
    proved = {}
    for tactic, transition in zip(tactics, transitions, strict=True):
        closed = isinstance(transition, Applied) and transition.closed
        proved[tactic] = closed and (await verifier.verify(theorem, tactic)).verdict.ok
    return proved
