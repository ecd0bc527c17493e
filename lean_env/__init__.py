"""Lean 4 as an environment: theorems, proof states, tactics, and a gate that proofs have to pass.

For example::

    from lean_env import LeanPool, Theorem, Verifier
    from lean_env.toolchain.launch import embedded_launch

    launch = functools.partial(embedded_launch, cache)
    async with LeanPool(launch) as pool, Verifier(launch) as verifier:
        theorem = Theorem(statement="theorem t (a b : Nat) : a + b = b + a")
        state = await pool.start(theorem)
        [[outcome]] = await pool.step([(state, ["omega"])])
        if isinstance(outcome, Applied) and outcome.closed:
            checked = await verifier.verify(theorem, "omega")
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from lean_env.errors import BadInput, BrokenEnvironment, LeanEnvError
from lean_env.types import (
    STANDARD_AXIOMS,
    Accepted,
    Applied,
    Environment,
    Goal,
    Hypothesis,
    Kernels,
    Limits,
    Origin,
    ProofState,
    RefusalReason,
    Refused,
    Rejected,
    RejectionReason,
    Tactic,
    Theorem,
    Transition,
    Undecided,
    Verdict,
)

if TYPE_CHECKING:
    from lean_env.gate.verifier import CheckedProof, Verifier
    from lean_env.pool import LeanPool, PoolConfig

__all__ = [
    "STANDARD_AXIOMS",
    "Accepted",
    "Applied",
    "BadInput",
    "BrokenEnvironment",
    "CheckedProof",
    "Environment",
    "Goal",
    "Hypothesis",
    "Kernels",
    "LeanEnvError",
    "LeanPool",
    "Limits",
    "Origin",
    "PoolConfig",
    "ProofState",
    "RefusalReason",
    "Refused",
    "Rejected",
    "RejectionReason",
    "Tactic",
    "Theorem",
    "Transition",
    "Undecided",
    "Verdict",
    "Verifier",
]

_LATE = {
    "CheckedProof": "lean_env.gate.verifier",
    "LeanPool": "lean_env.pool",
    "PoolConfig": "lean_env.pool",
    "Verifier": "lean_env.gate.verifier",
}
"""What takes its time to import, and where it is."""


def __getattr__(name: str) -> object:
    if name not in _LATE:
        raise AttributeError(f"module 'lean_env' has no attribute '{name}'")
    return getattr(import_module(_LATE[name]), name)
