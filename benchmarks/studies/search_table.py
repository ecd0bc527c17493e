"""All search algorithms on the same theorems, with equal numbers of Lean calls.

    python -m benchmarks.studies.search_table SUITE --out DIR [--split valid] [--calls 50 200 1000]
        [--search NAME …] [--first N] [--policy POLICY] [--value VALUE] [--heartbeats N]
        [--workers N]

SUITE is what `qstar eval` takes:  `library`, a file of statements, ….

Lean's results are cached in DIR/answers.sqlite, so that each tactic runs once for all algorithms,
and outcomes are stored in DIR/results.jsonl: those that are there already are not computed again.
Each proof is checked once.

Each algorithm runs once on each theorem, with the largest number of calls.  With fewer it would
have done the same and stopped earlier, because none depends on the rest of its budget: what it had
proved by then is read off.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import accumulate
from pathlib import Path
from typing import Any

from benchmarks.report.metrics import wilson_interval
from benchmarks.studies.lean_answer_cache import AnswerCache, CachedEnvironment
from benchmarks.suites.catalog import find_suite
from benchmarks.suites.types import select
from lean_env.errors import LeanEnvError
from lean_env.gate.verifier import CheckedProof, Verifier
from lean_env.pool import LeanPool, PoolConfig
from lean_env.types import Environment, Limits, Theorem, Undecided
from lean_env.wire.client import LaunchFactory
from prover.config import Settings
from prover.graph.store import ProofGraph
from prover.lean_setup import prepare_lean
from prover.pipeline import prove
from prover.registry import SEARCHES
from prover.runs.ledger import Ledger, Row
from prover.runs.manifest import code_digest
from prover.types import Budget, Guide, Policy, TheoremStatus

Cell = dict[str, Any]


def main() -> None:
    """Read the options, run what is missing, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("suite")
    parser.add_argument("--out", type=Path, required=True, help="folder for answers and results")
    parser.add_argument("--split", help="only this split")
    parser.add_argument("--first", type=int, help="only so many theorems of it")
    parser.add_argument("--calls", type=int, nargs="+", default=[50, 200, 1000])
    parser.add_argument("--search", nargs="+", default=list(SEARCHES), choices=SEARCHES)
    parser.add_argument("--policy", default="portfolio")
    parser.add_argument("--value", default="constant")
    parser.add_argument("--heartbeats", type=int, default=40_000, help="limit of a tactic")
    parser.add_argument("--workers", type=int, default=1, help="theorems at a time")
    options = parser.parse_args()
    launch, launch_for = prepare_lean()
    suite = asyncio.run(find_suite(options.suite, launch_for))
    theorems = [e.theorem for e in select(suite, split=options.split, limit=options.first).entries]
    settings = Settings(policy=options.policy, value=options.value, wait_for_model=True)
    limits = Limits(heartbeats=options.heartbeats)
    config = PoolConfig(workers=options.workers, limits=limits)
    options.out.mkdir(parents=True, exist_ok=True)
    lean = f"{launch.version} {code_digest('lean_env')} {limits}"
    results = Results(options.out, settings, lean, options.calls)
    experiment = Experiment(
        searches=options.search,
        theorems=theorems,
        policy=settings.make_policy(),
        guide=settings.make_guide(),
    )
    try:
        asyncio.run(experiment.fill(results, config, lean, launch_for))
    except KeyboardInterrupt:
        print("interrupted; the same command goes on from here", file=sys.stderr)
    print(table(results, options.search, theorems))


class Results:
    """Stored outcomes for some settings and this version of the code.

    Args:
        folder: Where the ledger is, which results for other settings share.
        settings: The prover's settings.
        lean: Identifies Lean and its limits.
        calls: The numbers of Lean calls of the table.
    """

    def __init__(self, folder: Path, settings: Settings, lean: str, calls: Sequence[int]) -> None:
        self.folder, self.calls = folder, sorted(calls)
        self._ledger = Ledger(folder / "results.jsonl", log)
        weights = settings.recorded["weights"]
        self._settings_key = (
            f"{settings.policy_name} {settings.value_name} {weights} {lean} {code_digest()}"
        )

    def find(self, theorem: Theorem, search: str) -> Row | None:
        """The stored outcome of a search on a theorem; None if some number of calls is missing."""
        key = self._key(theorem, search).items()
        for row in self._ledger.rows:
            if key <= row.items() and all(str(n) in row["cells"] for n in self.calls):
                return row
        return None

    def add(self, theorem: Theorem, search: str, found: Row) -> None:
        """Store the outcome of a search on a theorem."""
        key = self._key(theorem, search)
        id = " ".join([*key.values(), *map(str, self.calls)])
        self._ledger.append({"id": id, **key, **found})

    def _key(self, theorem: Theorem, search: str) -> dict[str, str]:
        posed = f"{theorem.header}\n{theorem.statement}\n{theorem.before}"
        theorem_is = {"name": theorem.name, "posed": sha256(posed.encode()).hexdigest()[:16]}
        return {"of": self._settings_key, **theorem_is, "search": search}


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """The searches that are compared, and the theorems."""

    searches: Sequence[str]
    theorems: Sequence[Theorem]
    policy: Policy
    guide: Guide

    async def fill(
        self, results: Results, config: PoolConfig, lean: str, launch_for: LaunchFactory
    ) -> None:
        """Run what is missing, as many theorems at a time as there are workers.

        Args:
            results: Where outcomes are stored.
            config: Settings of the Lean pool.
            lean: Identifies Lean in the cache of its results.
            launch_for: Starts Lean.
        """
        missing = [
            theorem
            for theorem in self.theorems
            if any(results.find(theorem, search) is None for search in self.searches)
        ]
        if not missing:
            return
        missing.sort(key=lambda theorem: theorem.header)  # Lean is started anew for other imports
        todo = iter(missing)
        with AnswerCache(results.folder / "answers.sqlite") as cache:
            async with (
                LeanPool(launch_for, config) as pool,
                CachingVerifier(launch_for) as verifier,
            ):

                async def take_turns() -> None:
                    for theorem in todo:
                        async with CachedEnvironment(pool, cache, lean) as env:
                            await self._all(results, env, verifier, theorem)

                await asyncio.gather(*(take_turns() for _ in range(config.workers)))

    async def _all(
        self, results: Results, env: Environment, verifier: Verifier, theorem: Theorem
    ) -> None:
        """Run all searches on one theorem."""
        for search in self.searches:
            if results.find(theorem, search) is None:
                try:
                    row = await self._one(env, verifier, theorem, search, results.calls)
                except LeanEnvError as error:
                    log(f"{theorem.name}, {search}: {error}")
                    continue
                results.add(theorem, search, row)
                log(f"{theorem.name}, {search}: {row['status']}, {row['calls']} calls")

    async def _one(
        self,
        env: Environment,
        verifier: Verifier,
        theorem: Theorem,
        search: str,
        calls: Sequence[int],
    ) -> Cell:
        result = await prove(
            theorem,
            env=env,
            verifier=verifier,
            policy=self.policy,
            value=self.guide.value,
            scorer=self.guide.scorer,
            algorithm=SEARCHES[search].make("", 0),
            budget=Budget(seconds=None, lean_calls=calls[-1]),
            keep_graph=True,
        )
        assert result.graph is not None
        found = cells(result.graph, result.status, calls)
        return {"status": result.status, "calls": result.stats.lean_calls, "cells": found}


class CachingVerifier(Verifier):
    """A gate that verifies each proof once, however many searches find it."""

    def __init__(self, launch_for: LaunchFactory) -> None:
        super().__init__(launch_for)
        self._checked: dict[tuple[Theorem, str], CheckedProof] = {}

    async def verify(self, theorem: Theorem, script: str) -> CheckedProof:
        """Return the earlier result for the same proof, unless it was undecided."""
        key = (theorem, script)
        if key in self._checked:
            return self._checked[key]
        checked = await super().verify(theorem, script)
        if not isinstance(checked.verdict, Undecided):
            self._checked[key] = checked
        return checked


def log(what: str) -> None:
    """Show a line of progress on stderr."""
    print(what, file=sys.stderr, flush=True)


def cells(graph: ProofGraph, status: TheoremStatus, calls: Sequence[int]) -> dict[str, Cell]:
    """Read off the outcome of a search for smaller numbers of Lean calls.

    Args:
        graph: The proof graph after the largest number of calls.
        status: How that search ended.
        calls: The numbers of calls.

    Returns:
        For each number: whether the theorem was proved, the calls used, and Lean's seconds for
        them.
    """
    proof = calls_at_proof(graph) if status is TheoremStatus.PROVED else None
    seconds = [0.0, *accumulate([edge.transition.seconds for edge in graph.edges])]
    found = {}
    for limit in calls:
        proved = proof is not None and proof <= limit
        used = proof if proof is not None and proved else min(limit, len(graph.edges))
        found[str(limit)] = {"proved": proved, "calls": used, "seconds": round(seconds[used], 3)}
    return found


def calls_at_proof(graph: ProofGraph) -> int:
    """Count the tactics that had run when the root of a proved graph became proved."""
    again = ProofGraph(graph.root.state)
    edges = iter(graph.edges)
    while again.root.open:
        edge = next(edges)
        again.add(again.node(edge.parent.state), edge.proposal, edge.transition)
    return len(again.edges)


def table(results: Results, searches: Sequence[str], theorems: Sequence[Theorem]) -> str:
    """Lay the outcomes out as a Markdown table.

    Args:
        results: The stored outcomes.
        searches: The rows.
        theorems: What the figures are summed over.

    Returns:
        For each search and number of calls: theorems proved with a 95 % interval, calls and
        seconds.
    """
    lines = [
        "| search | " + " | ".join(f"{calls} Lean calls each" for calls in results.calls) + " |",
        "|---" * (len(results.calls) + 1) + "|",
    ]
    for search in searches:
        rows = [results.find(theorem, search) for theorem in theorems]
        there = [row for row in rows if row]
        shown = [_format_cells([row["cells"][str(n)] for row in there]) for n in results.calls]
        missing = f" ({len(rows) - len(there)} missing)" if len(there) < len(rows) else ""
        lines.append(f"| `{search}`{missing} | " + " | ".join(shown) + " |")
    return "\n".join([f"{len(theorems)} theorems", "", *lines])


def _format_cells(found: Sequence[Cell]) -> str:
    proved = sum(cell["proved"] for cell in found)
    share = wilson_interval(proved, len(found))
    calls = sum(cell["calls"] for cell in found)
    seconds = sum(cell["seconds"] for cell in found)
    interval = f"{share.low:.0%} to {share.high:.0%}"
    return f"{proved} proved ({interval}), {calls} calls, {seconds:.0f} s"


if __name__ == "__main__":
    main()
