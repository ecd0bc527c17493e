"""Verification of stored proofs once more."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterator
from itertools import islice
from pathlib import Path

from lean_env.errors import BadInput
from lean_env.gate.gate import Gate
from lean_env.types import RefusalReason, Refused, Theorem, Verdict
from prover.datasets import store
from prover.datasets.formats import release

AT_ONCE = 4
"""Proofs that are in the gate at a time: enough to keep each of its processes busy."""


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
    proofs: Iterator[tuple[str, Theorem, str]], verifier: Gate, at_once: int = AT_ONCE
) -> AsyncIterator[tuple[str, Verdict]]:
    """Run stored proofs through the gate again.

    Args:
        proofs: See `stored_proofs`.
        verifier: The gate.
        at_once: The number of proofs that are in the gate at a time.

    Yields:
        The id of each proof with its verdict; a statement that Lean rejects is `Refused`, too.
    """

    async def check(proof: tuple[str, Theorem, str]) -> tuple[str, Verdict]:
        name, theorem, declaration = proof
        try:
            return name, await verifier.recheck(theorem, declaration)
        except BadInput as error:
            return name, Refused(RefusalReason.STATEMENT, str(error))

    running = deque(asyncio.create_task(check(proof)) for proof in islice(proofs, at_once))
    try:
        while running:
            yield await running[0]
            running.popleft()
            running.extend(asyncio.create_task(check(proof)) for proof in islice(proofs, 1))
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
