"""Speed of the `qstar` command as its user sees it, and of the search's own Python."""

from __future__ import annotations

import json
import subprocess
import sys
import time

from benchmarks.perf.measurement import Measurement
from lean_env.types import Theorem
from lean_env.wire.client import LaunchFactory
from prover.config import Settings
from prover.graph.store import ProofGraph
from prover.search.budget import BudgetTracker
from prover.session import open_prover
from prover.types import Budget, Problem, TheoremStatus
from prover.values.heuristic import Constant

STATEMENT = "theorem t (a b : Nat) : a + b = b + a"
SEARCHED = (
    "theorem a (xs ys : List Nat) : (xs ++ ys).length = ys.length + xs.length",
    "theorem b (p q r : Prop) : (p ∧ q → r) ↔ (p → q → r)",
    "theorem c (n : Nat) : 2 * (List.range (n + 1)).foldl (· + ·) 0 = n * (n + 1)",
    "theorem d (x y : Int) (h : x * x + y * y = 25) (k : x - y = 1) : x = 4 ∨ x = -3",
)
"""Some are proved at once, some not within the budget."""


def qstar(*arguments: str) -> tuple[float, str]:
    """Run the command in a process of its own.

    Args:
        arguments: Arguments of `qstar`.

    Returns:
        Wall-clock seconds, and what it wrote on stdout.
    """
    code = "from prover.cli import main; main()"
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, text=True, check=True
    )
    return time.perf_counter() - began, done.stdout


def help_text(runs: int) -> Measurement:
    """Measure a whole `qstar --help`, in seconds."""
    samples = tuple(qstar("--help")[0] for _ in range(runs))
    return Measurement(name="qstar --help", unit="s", samples=samples, at_most=0.3)


def prove_process(runs: int) -> Measurement:
    """Measure a whole `qstar prove` of an easy theorem, in seconds."""
    seconds = []
    for _ in range(runs):
        took, out = qstar("prove", STATEMENT, "--json")
        assert json.loads(out)["status"] == "proved", out
        seconds.append(took)
    return Measurement(
        name="qstar prove, whole process", unit="s", samples=tuple(seconds), at_most=3.0
    )


async def proof(launch: LaunchFactory, runs: int) -> Measurement:
    """Measure the part of `qstar prove` from the start of the first Lean process to the verdict."""
    seconds = []
    for _ in range(runs):
        async with open_prover(Settings(), launch, theorems=1) as prover:
            began = time.perf_counter()
            result = await prover.prove(Theorem(statement=STATEMENT))
            seconds.append(time.perf_counter() - began)
            assert result.status is TheoremStatus.PROVED, result
    return Measurement(
        name="qstar prove, first Lean process to verdict",
        unit="s",
        samples=tuple(seconds),
        at_most=1.3,
    )


async def search_overhead(launch: LaunchFactory, runs: int, lean_calls: int = 100) -> Measurement:
    """Measure Python time of searches relative to the time that they wait for Lean.

    Args:
        launch: Starts Lean.
        runs: The number of samples; each sums over several theorems.
        lean_calls: The budget of each search.

    Returns:
        The ratio, for searches with the portfolio policy.
    """
    samples = []
    async with open_prover(Settings(), launch, theorems=1) as prover:
        for _ in range(runs):
            ours = leans = 0.0
            for statement in SEARCHED:
                graph = ProofGraph(await prover.pool.start(Theorem(statement=statement)))
                tracker = BudgetTracker(Budget(lean_calls=lean_calls, seconds=None))
                problem = Problem(
                    graph=graph,
                    env=prover.pool,
                    policy=prover.policy,
                    value=Constant(),
                    budget=tracker,
                )
                await prover.search.search(problem)
                used = tracker.stats
                ours += used.seconds - used.lean_seconds
                leans += used.lean_seconds
                await prover.pool.release([node.state for node in graph.nodes])
            samples.append(ours / leans)
    return Measurement(
        name="search's own time against Lean's", unit="ratio", samples=tuple(samples), at_most=0.1
    )
