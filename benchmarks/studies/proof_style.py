"""How readable released proofs become, and what that costs.

    python -m benchmarks.studies.proof_style [--data FOLDER …] [--proofs 500] [--seed 0]
        [--workers 1] [--out FILE]

Draws proofs of more than one line, or with `<;>`, from released data (`data/` by default), finds
each again with its own tactics, and writes it in the readable style.  Prints how many the verifier
accepts in that form, how many only in part or not at all, how long their lines are, and how much
longer it takes than writing the compact form.  FILE gets both texts of each proof as JSON lines.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lean_env.gate.verifier import Verifier
from lean_env.pool import LeanPool, PoolConfig
from lean_env.types import ProofState, Tactic, Theorem
from lean_env.wire.client import LaunchFactory
from prover.graph.extraction import Proof, least_proof
from prover.lean_setup import prepare_lean
from prover.pipeline import prove
from prover.proofs.written import texts
from prover.result import SearchResult
from prover.search.best_first import BestFirst
from prover.types import Budget, Proposal, Style, TheoremStatus


@dataclass(frozen=True, slots=True)
class Rewriting:
    """A proof in both styles.

    Attributes:
        name: The theorem.
        compact: The proof as the search ran it.
        readable: The proof in the readable style.
        accepted: The number of the first readable text that the verifier accepts, from 0: the whole
            proof, then one with some parts compact; None if only the compact one is.
        seconds: The time for making the readable texts.
    """

    name: str
    compact: str
    readable: str
    accepted: int | None
    seconds: float


class OwnTactics:
    """Proposes the tactics of a known proof, in their order, for each state."""

    def __init__(self, tactics: Sequence[Tactic]) -> None:
        self._tactics = list(dict.fromkeys(tactics))

    async def propose(self, states: Sequence[ProofState], k: int) -> list[list[Proposal]]:
        """The same for each state, since nothing says which tactic belongs to which."""
        found = [Proposal(tactic, -0.1 * i) for i, tactic in enumerate(self._tactics)]
        return [found[:k] for _ in states]


def draw(folders: Sequence[Path], number: int, seed: int) -> list[dict[str, Any]]:
    """Draw rows whose proofs have more than one line, or a `<;>`."""
    import pyarrow.parquet as parquet

    rows = dict[str, dict[str, Any]]()
    for folder in sorted(folders):
        for row in parquet.read_table(folder / "proofs" / "train.parquet").to_pylist():
            if len(row["tactics"]) > 1 or "<;>" in row["proof"]:
                rows[row["theorem"]] = row
    chosen = list(rows.values())
    random.Random(seed).shuffle(chosen)
    return chosen[:number]


async def rewrite(row: dict[str, Any], pool: LeanPool, verifier: Verifier) -> Rewriting | None:
    """Find a released proof again and write it in the readable style.

    Args:
        row: A row of released proofs.
        pool: Runs tactics.
        verifier: Checks texts.

    Returns:
        Both texts; None if the proof is not found again.
    """
    theorem = Theorem(
        statement=row["statement"],
        header=row["header"],
        name=row["theorem"],
        before=row["out_of_reach"],
    )
    result = await prove(
        theorem,
        env=pool,
        verifier=verifier,
        policy=OwnTactics(row["tactics"]),
        algorithm=BestFirst(),
        budget=Budget(seconds=60, lean_calls=200),
        keep_graph=True,
    )
    if result.status is not TheoremStatus.PROVED or result.graph is None:
        return None
    return await _compare(theorem, result, least_proof(result.graph.root), pool, verifier)


async def _compare(
    theorem: Theorem, result: SearchResult, proof: Proof, pool: LeanPool, verifier: Verifier
) -> Rewriting:
    compact = [script.text async for script in texts(proof, pool, theorem, Style.COMPACT)]
    number, spent, text = 0, 0.0, result.proof
    began = time.perf_counter()
    accepted = None
    async for script in texts(proof, pool, theorem, Style.READABLE):
        spent += time.perf_counter() - began
        if number and script.text in compact:
            break
        checked = await verifier.verify(theorem, script.text)
        if checked.verdict.ok:
            accepted, text = number, checked.declaration
            break
        print(f"{theorem.name}: {checked.verdict}\n{checked.declaration}\n", flush=True)
        number += 1
        began = time.perf_counter()
    return Rewriting(theorem.name, result.proof, text, accepted, spent)


async def run(
    rows: Sequence[dict[str, Any]], launch_for: LaunchFactory, workers: int
) -> AsyncIterator[Rewriting | None]:
    """Rewrite the proofs of all rows."""
    async with (
        LeanPool(launch_for, PoolConfig(workers=workers)) as pool,
        Verifier(launch_for) as verifier,
    ):
        for row in rows:
            yield await rewrite(row, pool, verifier)


def report(found: Sequence[Rewriting]) -> str:
    """What the module's docstring promises, as text."""
    whole = [r for r in found if r.accepted == 0]
    parts = [r for r in found if r.accepted]
    lines = [len(line) for r in found for line in _proof_lines(r.readable)]
    compact = [len(line) for r in found for line in _proof_lines(r.compact)]
    times = sorted(r.seconds for r in found)
    changed = sum(r.readable != r.compact for r in found)
    return (
        f"{len(found)} proofs: {len(whole)} readable as a whole, {len(parts)} in part, "
        f"{len(found) - len(whole) - len(parts)} compact; {changed} texts changed\n"
        f"longest line: {max(lines)} (compact {max(compact)}); over 100: "
        f"{sum(n > 100 for n in lines)} (compact {sum(n > 100 for n in compact)})\n"
        f"holes in arms: {sum('=> ?_' in r.readable for r in found)} "
        f"(compact {sum('=> ?_' in r.compact for r in found)})\n"
        f"seconds added: median {statistics.median(times):.3f}, "
        f"90 % {times[int(0.9 * len(times))]:.3f}, most {times[-1]:.3f}"
    )


def _proof_lines(declaration: str) -> list[str]:
    """The lines that were written: those after the statement's `by`."""
    return declaration.partition(":= by\n")[2].split("\n")


def main() -> None:
    """Read the options, rewrite, print the report."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--data", type=Path, nargs="+", default=sorted(Path("data").iterdir()))
    parser.add_argument("--proofs", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    _, launch_for = prepare_lean()
    rows = draw(options.data, options.proofs, options.seed)
    found = list[Rewriting]()

    async def collect() -> None:
        async for rewriting in run(rows, launch_for, options.workers):
            if rewriting:
                found.append(rewriting)
                keep(rewriting)

    def keep(rewriting: Rewriting) -> None:
        if options.out:
            with options.out.open("a", encoding="utf-8") as file:
                print(json.dumps(asdict(rewriting), ensure_ascii=False), file=file)

    asyncio.run(collect())
    print(report(found) + f"\nnot found again: {len(rows) - len(found)}")


if __name__ == "__main__":
    main()
