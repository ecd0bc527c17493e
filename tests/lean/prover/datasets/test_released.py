"""The proof data in the repository, as somebody finds them who has nothing but Lean."""

from __future__ import annotations

from pathlib import Path
from random import Random

from lean_env.wire.client import LaunchFactory, LeanClient

PROOFS = Path(__file__).parents[4] / "data" / "library-portfolio" / "proofs" / "train.parquet"


async def test_stored_proofs_compile_by_themselves(launch: LaunchFactory) -> None:
    """Each is read as a file of its own, by a new process that was never asked to pose it."""
    import pyarrow.parquet as pq

    rows = pq.read_table(PROOFS, columns=["theorem", "header", "statement", "proof"]).to_pylist()
    lean = await LeanClient.launch(launch(("Init", "Std")))
    try:
        for row in Random(0).sample(rows, 100):
            assert row["proof"].startswith(row["statement"]), row["theorem"]
            answer = await lean.check(None, row["header"] + row["proof"], seconds=60)
            assert answer.ok, (row["theorem"], answer)
            assert not answer.sorries, row["theorem"]
    finally:
        await lean.close()
