"""The gate where there is none: what is found stays unverified, and is never called proved."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from lean_env.errors import ToolchainError
from lean_env.gate.proof_text import with_proof
from lean_env.gate.verifier import (
    CheckedProof,
    CheckedTheorem,
    VerificationProgress,
    as_declaration,
)
from lean_env.types import Theorem, Undecided, Verdict


class NoGate:
    """Accepts nothing."""

    def __init__(self, reason: str) -> None:
        """Create it.

        Args:
            reason: Why no gate can be had here.
        """
        self._reason = reason

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...

    async def prepare(self) -> None:
        """Do nothing: there is nothing to start."""

    async def verify(self, theorem: Theorem, script: str) -> CheckedProof:
        """Give the proof back as one that nothing has checked.

        Args:
            theorem: The theorem.
            script: The proof.

        Returns:
            The text to check elsewhere, with `Undecided`.
        """
        declaration = as_declaration(script) or with_proof(theorem, script)
        return CheckedProof(declaration, self._verdict)

    async def recheck(self, theorem: Theorem, declaration: str) -> Verdict:  # noqa: ARG002
        """Decide nothing.

        Args:
            theorem: The theorem.
            declaration: The statement with its proof.

        Returns:
            `Undecided`.
        """
        return self._verdict

    async def verify_file(
        self,
        source: str,  # noqa: ARG002
        statements: str,  # noqa: ARG002
        progress: VerificationProgress | None = None,  # noqa: ARG002
    ) -> list[CheckedTheorem]:
        """Refuse to check a file.

        Args:
            source: The text of the file with the proofs.
            statements: The text of the file with the statements.
            progress: Not called.

        Raises:
            ToolchainError: Always: a file is checked by a gate or not at all.
        """
        raise ToolchainError(f"nothing can be verified here: {self._reason}")

    async def audit_file(
        self,
        source: str,  # noqa: ARG002
        progress: VerificationProgress | None = None,  # noqa: ARG002
    ) -> list[CheckedTheorem]:
        """Refuse to check a file.

        Args:
            source: The text of the file.
            progress: Not called.

        Raises:
            ToolchainError: Always.
        """
        raise ToolchainError(f"nothing can be verified here: {self._reason}")

    @property
    def _verdict(self) -> Undecided:
        return Undecided(f"found, not verified: {self._reason}", no_gate=True)
