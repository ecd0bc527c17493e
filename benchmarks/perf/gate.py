"""Cost of the gate, for a single proof and for proofs in a batch under one header."""

from __future__ import annotations

import time

from benchmarks.perf.measurement import Measurement
from lean_env.gate.verifier import Verifier
from lean_env.types import Theorem
from lean_env.wire.client import LaunchFactory

HEADER = "variable (a b c : Nat)\ndef twice (n : Nat) := n + n\n"
PROOFS = (
    ("a + b + {n} = b + a + {n}", "omega"),
    ("twice a + {n} = 2 * a + {n}", "simp only [twice]\nomega"),
    ("[a, b].length + {n} = {n} + 2", "simp [Nat.add_comm]"),
    ("a ≤ b → a ≤ b + {n}", "intro h\ninduction b with\n| zero => omega\n| succ b ih => omega"),
)


async def cost(launch: LaunchFactory, runs: int, batch: int = 20) -> list[Measurement]:
    """Measure the gate's seconds for a proof.

    Args:
        launch: Starts Lean.
        runs: The number of batches, each on fresh processes.
        batch: The number of proofs in a batch.

    Returns:
        Seconds of the first proof of a batch, which include the start of both processes, and of the
        others.
    """
    alone, together = [], []
    for run in range(runs):
        async with Verifier(launch) as verifier:
            alone.append(await _seconds(verifier, run * batch))
            together += [await _seconds(verifier, run * batch + i) for i in range(1, batch)]
    return [
        Measurement(name="gate: a proof alone", unit="s", samples=tuple(alone), at_most=1.5),
        Measurement(
            name="gate: a proof in a batch", unit="s", samples=tuple(together), at_most=0.3
        ),
    ]


async def _seconds(verifier: Verifier, number: int) -> float:
    """Seconds of the gate for a proof that it has not seen."""
    claim, proof = PROOFS[number % len(PROOFS)]
    statement = f"theorem t_{number} : {claim.format(n=number)}"
    began = time.perf_counter()
    checked = await verifier.verify(Theorem(statement=statement, header=HEADER), proof)
    assert checked.verdict.ok, checked
    return time.perf_counter() - began
