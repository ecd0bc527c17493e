"""What a gate does, whichever Lean it has, and the choice of one."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Protocol, Self

from lean_env.gate.compiled.gate import CompiledGate
from lean_env.gate.complete_export import CompleteExport
from lean_env.gate.verifier import (
    CheckedProof,
    CheckedTheorem,
    VerificationProgress,
    Verifier,
)
from lean_env.toolchain.repl import ReplLauncher
from lean_env.types import STANDARD_AXIOMS, Kernels, Theorem, Verdict
from lean_env.wire.client import LaunchFactory


class Gate(Protocol):
    """Decides which proofs count; an async context that owns what it starts.

    `verifier.Verifier` describes the methods.
    """

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...

    async def prepare(self) -> None:
        """Start what will be needed."""
        ...

    async def verify(self, theorem: Theorem, script: str) -> CheckedProof:
        """Check that a script proves a theorem."""
        ...

    async def recheck(self, theorem: Theorem, declaration: str) -> Verdict:
        """Check a declaration that `verify` made earlier."""
        ...

    async def verify_file(
        self, source: str, statements: str, progress: VerificationProgress | None = None
    ) -> list[CheckedTheorem]:
        """Check that a file proves what another file leaves open with a `sorry`."""
        ...

    async def audit_file(
        self, source: str, progress: VerificationProgress | None = None
    ) -> list[CheckedTheorem]:
        """Check every theorem and example of a file by its terms."""
        ...


def make_gate(
    launch: LaunchFactory,
    *,
    axioms: Sequence[str] = STANDARD_AXIOMS,
    kernels: Kernels = Kernels.BOTH,
    seconds: float = 60,
    export: CompleteExport | None = None,
) -> Gate:
    """Choose the gate for a Lean: the one that our server serves, else one over compiled files.

    Args:
        launch: How the search starts Lean.
        axioms: The axioms that a proof may use.
        kernels: Which kernels have to accept a proof, where our server serves the gate; else Lean's
            alone does.
        seconds: The time limit of a check in each process.
        export: Collects what is accepted, where our server serves the gate.

    Returns:
        The gate; its processes start when they are needed.
    """
    if isinstance(launch, ReplLauncher):
        return CompiledGate(launch.lean, launch.cache, axioms=axioms, seconds=seconds)
    return Verifier(launch, axioms=axioms, kernels=kernels, seconds=seconds, export=export)
