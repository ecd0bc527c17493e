"""Verification of stored proofs once more."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from lean_env.errors import BadInput
from lean_env.gate.gate import Gate
from lean_env.types import RefusalReason, Refused, Theorem, Verdict
from prover.datasets import store
from prover.datasets.formats import release


def stored_proofs(folder: Path) -> Iterator[tuple[str, Theorem, str]]:
    """Read the verified proofs of a collection or a release.

    Returns:
        An iterator over id, theorem and proof.

    Raises:
        BadInput: `folder` is neither; or, while iterating, it is damaged.
    """
    if release.is_release(folder):
        return release.read_proofs(folder)
    store.read_data_manifest(folder)
    return ((s.id, s.theorem, s.proof) for s in store.read_searches(folder) if s.proof)


async def recheck(
    proofs: Iterator[tuple[str, Theorem, str]], verifier: Gate
) -> AsyncIterator[tuple[str, Verdict]]:
    """Run stored proofs through the gate again.

    Args:
        proofs: See `stored_proofs`.
        verifier: The gate.

    Yields:
        The id of each proof with its verdict; a statement that Lean rejects is `Refused`, too.
    """
    for name, theorem, proof in proofs:
        try:
            verdict = await verifier.recheck(theorem, proof)
        except BadInput as error:
            verdict = Refused(RefusalReason.STATEMENT, str(error))
        yield name, verdict
