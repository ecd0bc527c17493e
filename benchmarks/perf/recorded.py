"""Proof graphs that real Lean answered, in `recorded.json.gz`, for measuring without Lean.

    python -m benchmarks.perf.recorded

made them with embedded Lean.  For each theorem below: best-first search with small steps (the
portfolio without the tactics that do everything at once) until a proof; then all tactics of the
other states, in the order in which they were found, until `STATES` states are expanded.  States
beyond have no tactics.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from benchmarks.perf.puzzles import RecordedGraph
from lean_env.pool import LeanPool, PoolConfig
from lean_env.toolchain.cache import default_cache_dir
from lean_env.toolchain.launch import embedded_launch
from lean_env.types import Limits, ProofState, Theorem
from prover.graph.save import dump, load
from prover.graph.store import ProofGraph
from prover.policies.portfolio import Portfolio
from prover.search.best_first import BestFirst
from prover.search.budget import BudgetTracker
from prover.search.runtime import propose, run_tactics
from prover.types import Budget, Policy, Problem, Proposal
from prover.values.heuristic import Constant

FILE = Path(__file__).with_name("recorded.json.gz")
STATES, TACTICS = 40, 64
AT_ONCE = ("grind", "simp_all", "exact?", "<;>", "have hc", "[*")

STATEMENTS = (
    "theorem below_power (n : Nat) : n < 2 ^ n",
    "theorem maps (f : Nat → Nat) (h : ∀ x, f (f x) = x) (xs : List Nat) : (xs.map f).map f = xs",
    "theorem between (a b c : Int) (h : a < b) (k : b < c) : ∃ x, a < x ∧ x < c ∧ x = b",
    "theorem three_power (n : Nat) : (3 ^ n) % 2 = 1",
    "theorem shared (p q : Nat → Prop) (h : ∀ n, p n ∧ q n) : (∀ n, p n) ∧ (∀ n, q n)",
    "theorem length_both (xs ys : List Nat) : (xs ++ ys).length = (ys ++ xs).length",
    "theorem swapped (p q r : Prop) (a : p) (b : q) (c : r) : (r ∧ q) ∧ p ∧ q",
    "theorem parts (a b : Nat) (h : a + b = 7) (k : a = 2 * b + 1) : a = 5 ∧ b = 2",
)


class SmallSteps(Policy):
    """The portfolio policy without tactics that close most goals at once."""

    async def propose(self, states: Sequence[ProofState], k: int) -> list[list[Proposal]]:
        """Return the first k of the remaining tactics for each state."""
        return [self._steps(state)[:k] for state in states]

    def _steps(self, state: ProofState) -> list[Proposal]:
        found = Portfolio().tactics(state)
        return [p for p in found if not any(word in p.tactic for word in AT_ONCE)]


def recorded() -> list[RecordedGraph]:
    """Load the recorded graphs as environments."""
    with gzip.open(FILE, "rt", encoding="utf-8") as file:
        return [RecordedGraph(load(record)) for record in json.load(file)]


async def record(statement: str, pool: LeanPool) -> ProofGraph:
    """Search for a proof, then expand the other states.

    Args:
        statement: The theorem.
        pool: Runs the tactics.

    Returns:
        The proof graph.
    """
    graph = ProofGraph(await pool.start(Theorem(statement=statement)))
    problem = Problem(
        graph=graph,
        env=pool,
        policy=SmallSteps(),
        value=Constant(),
        budget=BudgetTracker(Budget(seconds=None, expansions=STATES)),
    )
    await BestFirst(k=TACTICS, tactics_per_pop=TACTICS, max_policy_calls=1).search(problem)
    for node in graph.nodes:
        found = await propose(problem, [node], TACTICS) if not node.edges else []
        for proposals in found:
            await run_tactics(problem, [(node, proposals)])
    await pool.release([node.state for node in graph.nodes])
    return graph


async def main() -> None:
    """Record all graphs and write the file."""
    limits = Limits(heartbeats=20_000)
    launch = partial(embedded_launch, default_cache_dir())
    records = []
    async with LeanPool(launch, PoolConfig(workers=1, limits=limits)) as pool:
        for statement in STATEMENTS:
            graph = await record(statement, pool)
            status = graph.root.status
            print(f"{status}, {len(graph.edges)} tactics: {statement}", file=sys.stderr)
            records.append(_brief(dump(graph)))
    with gzip.GzipFile(FILE, "wb", mtime=0) as file:
        file.write(json.dumps(records, ensure_ascii=False).encode())


def _brief(record: dict[str, object]) -> dict[str, object]:
    """The record without Lean's messages, which no search reads."""
    edges = record["edges"]
    assert isinstance(edges, list)
    for edge in edges:
        edge["message" if "reason" in edge else "messages"] = "" if "reason" in edge else []
    return record


if __name__ == "__main__":
    asyncio.run(main())
