"""The stored proofs through the gate again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from lean_env.errors import BadInput
from lean_env.types import Refusal, Refused, Verdict
from lean_env.verify import Verifier
from prover.data.records import Search
from prover.data.store import read


async def verify(folder: Path, verifier: Verifier) -> AsyncIterator[tuple[Search, Verdict]]:
    """Each proof of `folder` with what the gate says of it now.  What Lean does not even read is
    refused like the rest.

    Raises `BadInput` when the data cannot be read.
    """
    for search in read(folder):
        if search.proof:
            try:
                verdict = await verifier.recheck(search.theorem, search.proof)
            except BadInput as error:
                verdict = Refused(Refusal.STATEMENT, str(error))
            yield search, verdict
