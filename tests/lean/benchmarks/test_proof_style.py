"""Released proofs in the readable style: a small sample of what the study measures."""

from __future__ import annotations

from pathlib import Path

from benchmarks.studies.proof_style import draw, report, rewrite
from lean_env.gate.verifier import Verifier
from lean_env.pool import LeanPool
from lean_env.wire.client import LaunchFactory

DATA = sorted((Path(__file__).parents[3] / "data").iterdir())


async def test_what_is_accepted_in_the_compact_form_is_in_the_readable_form(
    pool: LeanPool, launch: LaunchFactory
) -> None:
    async with Verifier(launch) as verifier:
        rewritten = [await rewrite(row, pool, verifier) for row in draw(DATA, 10, seed=0)]
    found = [rewriting for rewriting in rewritten if rewriting]
    assert len(found) >= 8
    assert all(rewriting.accepted == 0 for rewriting in found)
    assert not any("=> ?_" in rewriting.readable for rewriting in found)
    assert sum(rewriting.readable != rewriting.compact for rewriting in found) >= 2
    assert f"{len(found)} proofs: {len(found)} readable as a whole" in report(found)
