"""The stored proofs through the gate again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from lean_env.errors import BadInput
from lean_env.gate.verifier import Verifier
from lean_env.types import RefusalReason, Refused, Theorem, Verdict
from prover.datasets import store
from prover.datasets.formats import release


def stored_proofs(folder: Path) -> Iterator[tuple[str, Theorem, str]]:
    """Name, theorem and proof of all that is proved in a collection, or in a release of one.

    Raises `BadInput` at once when `folder` is neither, and later when it is damaged.
    """
    if release.is_release(folder):
        return release.read_proofs(folder)
    store.read_data_manifest(folder)
    return ((s.id, s.theorem, s.proof) for s in store.read_searches(folder) if s.proof)


async def recheck(
    proofs: Iterator[tuple[str, Theorem, str]], verifier: Verifier
) -> AsyncIterator[tuple[str, Verdict]]:
    """The name of each proof with what the gate says of it now.  What Lean does not even read is
    refused like the rest."""
    for name, theorem, proof in proofs:
        try:
            verdict = await verifier.recheck(theorem, proof)
        except BadInput as error:
            verdict = Refused(RefusalReason.STATEMENT, str(error))
        yield name, verdict
