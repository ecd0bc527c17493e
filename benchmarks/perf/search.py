"""Overhead of a search, its quality with a good value function, and idle time of Lean workers.

    python -m benchmarks.perf.search [--runs N]

Graphs are known: synthetic ones, and ones that Lean answered (`recorded`).  Only the idle time is
measured with Lean itself.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import tracemalloc
from collections.abc import Callable, Sequence
from functools import partial
from math import log
from time import perf_counter, process_time

from benchmarks.perf.measurement import Measurement, table
from benchmarks.perf.puzzles import ExactValues, Puzzle, RecordedGraph, with_noise
from benchmarks.perf.recorded import recorded
from lean_env.pool import LeanPool, PoolConfig
from lean_env.toolchain.cache import default_cache_dir
from lean_env.toolchain.launch import embedded_launch
from lean_env.types import Limits, Theorem
from lean_env.wire.client import LaunchFactory
from prover.graph.store import ProofGraph
from prover.policies.portfolio import Portfolio
from prover.search.best_first import AStar, BestFirst, QStar
from prover.search.budget import BudgetTracker
from prover.types import Budget, Problem, SearchAlgorithm, StopReason
from prover.values.heuristic import Constant

SEARCHES: dict[str, SearchAlgorithm] = {
    "bestfirst": BestFirst(),
    "astar": AStar(),
    "qstar": QStar(),
}
TACTICS = 20
CAP = 30.0
FEW, MANY = 25_000, 100_000
UNPROVED = (
    "theorem even_sum (a b : Nat) (h : ∃ k, a = 2 * k) (i : ∃ k, b = 2 * k) : ∃ k, a + b = 2 * k",
    "theorem halves (n : Nat) : ∃ a b, n = a + b ∧ (a = b ∨ a = b + 1)",
)
"""Searches that go on for long, of many tactics that take some milliseconds each."""


def main() -> None:
    """Read the options, measure, and print a table."""
    parser = argparse.ArgumentParser(description="Measure what a search costs besides Lean.")
    parser.add_argument("--runs", type=int, default=3, help="samples of each figure (default: 3)")
    launch = partial(embedded_launch, default_cache_dir())
    print(table(measure(launch, parser.parse_args().runs)))


def measure(launch: LaunchFactory, runs: int) -> list[Measurement]:
    """Measure everything; takes less than a minute for one run.

    Args:
        launch: Starts Lean, for the idle time.
        runs: The number of samples of each figure.

    Returns:
        The measurements, in the order of the table.
    """
    synthetic = [Puzzle(300, TACTICS, seed=i, closing=0.004) for i in range(10)]
    graphs = {"synthetic": solvable(synthetic), "recorded": solvable(recorded())}
    figures = [figure for name, known in graphs.items() for figure in optimality(name, known)]
    figures += [calls_saved(name, known, runs) for name, known in graphs.items()]
    puzzle = Puzzle(states=MANY // TACTICS * 2, tactics=TACTICS, seed=1)
    for name, search in SEARCHES.items():
        figures += [*overhead(name, search, puzzle, runs), memory(name, search, puzzle)]
    return [*figures, *asyncio.run(idle(launch, runs))]


SolvableGraphs = list[tuple[RecordedGraph, ExactValues]]
"""Graphs with their exact V and Q."""


def solvable(graphs: Sequence[RecordedGraph]) -> SolvableGraphs:
    """Select the graphs that contain a proof, each with its exact V and Q."""
    found = [(known, known.exact(CAP)) for known in graphs]
    return [(known, exact) for known, exact in found if exact.value[known.root.key] < CAP]


def make_problem(
    known: RecordedGraph, lean_calls: int | None, exact: ExactValues | None = None
) -> Problem:
    """Pose a known graph as a search problem.

    Args:
        known: The graph, as environment and policy.
        lean_calls: The budget; None for no limit.
        exact: Value function and step scorer; None for a constant value.

    Returns:
        A problem with an empty proof graph.
    """
    return Problem(
        graph=ProofGraph(known.root),
        env=known,
        policy=known,
        value=exact if exact and exact.value else Constant(),
        scorer=exact,
        budget=BudgetTracker(Budget(seconds=None, lean_calls=lean_calls)),
    )


def optimality(graphs: str, known_graphs: SolvableGraphs) -> list[Measurement]:
    """Check that A* with the exact V, and Q* with the exact Q, find shortest proofs.

    Args:
        graphs: What the table calls the graphs.
        known_graphs: Graphs that contain a proof.

    Returns:
        The shares of shortest proofs, and the most Lean calls of Q* relative to proof length times
        batch size.
    """
    figures = []
    for name in ("astar", "qstar"):
        ends = [
            (solved(SEARCHES[name], known, exact), exact.value[known.root.key])
            for known, exact in known_graphs
        ]
        least = sum(problem.graph.root.cost == cost for problem, cost in ends) / len(ends)
        figures.append(
            Measurement(
                name=f"{name}, exact {'V' if name == 'astar' else 'Q'}: least proofs, "
                f"{len(ends)} {graphs} graphs",
                unit="1",
                samples=(least,),
                at_least=1,
            )
        )
    calls = [p.budget.stats.lean_calls / (cost * QStar().batch) for p, cost in ends]
    most = Measurement(
        name=f"qstar, exact Q: most Lean calls over length · batch, {graphs}",
        unit="1",
        samples=(max(calls),),
        at_most=1,
    )
    return [*figures, most]


def solved(search: SearchAlgorithm, known: RecordedGraph, exact: ExactValues | None) -> Problem:
    """Run a search that must find a proof; return its problem."""
    problem = make_problem(known, None, exact)
    assert solve(search, problem) is StopReason.PROVED
    return problem


def solve(search: SearchAlgorithm, problem: Problem) -> StopReason:
    """Run a search to its end; return why it stopped."""
    return asyncio.run(search.search(problem))


def calls_saved(
    graphs: str, known_graphs: SolvableGraphs, runs: int, correlation: float = 0.6
) -> Measurement:
    """Measure Lean calls of `qstar` with a noisy Q relative to those of `bestfirst`.

    Args:
        graphs: What the table calls the graphs.
        known_graphs: Graphs that contain a proof.
        runs: The number of samples, each with other noise.
        correlation: Rank correlation of the noisy Q with the exact one.

    Returns:
        The ratio, over all graphs together.
    """

    def calls(search: SearchAlgorithm, known: RecordedGraph, exact: ExactValues | None) -> int:
        return solved(search, known, exact).budget.stats.lean_calls

    plain = sum(calls(BestFirst(), known, None) for known, _ in known_graphs)
    samples = [
        sum(
            calls(QStar(), known, with_noise(exact, correlation, run))
            for known, exact in known_graphs
        )
        for run in range(runs)
    ]
    return Measurement(
        name=f"Lean calls of qstar over bestfirst's, rank correlation {correlation}, {graphs}",
        unit="1",
        samples=tuple(sample / plain for sample in samples),
        at_most=1 / 3,
    )


def overhead(name: str, search: SearchAlgorithm, puzzle: Puzzle, runs: int) -> list[Measurement]:
    """Measure processor time for an edge, and its growth with the number of edges.

    The growth is relative to that of n log n.  A plain loop over the same graph shows how much of
    it comes from processor caches.

    Args:
        name: What the table calls the search.
        search: The search.
        puzzle: A graph that has enough edges.
        runs: The number of samples.

    Returns:
        Microseconds for an edge, and both growths.
    """
    each: dict[int, list[float]] = {FEW: [], MANY: []}
    plain: dict[int, list[float]] = {FEW: [], MANY: []}
    for edges in (FEW, MANY) * runs:
        problem = make_problem(puzzle, edges)
        each[edges].append(seconds(partial(solve, search, problem)) / edges)
        assert len(problem.graph.edges) == edges
        plain[edges].append(seconds(partial(plain_loop, puzzle, problem.graph)) / edges)
    micros = tuple(second * 1e6 for second in each[MANY])
    growth = f"growth from {FEW} to {MANY} edges over that of n log n"
    return [
        Measurement(
            name=f"{name}: time for an edge of {MANY}", unit="µs", samples=micros, at_most=60
        ),
        Measurement(name=f"{name}: {growth}", unit="1", samples=relative_growth(each), at_most=1),
        Measurement(
            name=f"{name}: the same of a plain loop", unit="1", samples=relative_growth(plain)
        ),
    ]


def relative_growth(each: dict[int, list[float]]) -> tuple[float, ...]:
    """Growth of the time for an edge with the number of edges, over that of log n, by sample."""
    pairs = zip(each[FEW], each[MANY], strict=True)
    return tuple(many / few * log(FEW) / log(MANY) for few, many in pairs)


def seconds(work: Callable[[], object]) -> float:
    """Processor seconds of a call, after a garbage collection."""
    gc.collect()
    began = process_time()
    work()
    return process_time() - began


def plain_loop(puzzle: Puzzle, graph: ProofGraph) -> None:
    """Look up each transition once, in the order in which the search ran them."""
    for edge in graph.edges:
        puzzle.answers[edge.parent.state.key, edge.proposal.tactic]


def memory(name: str, search: SearchAlgorithm, puzzle: Puzzle) -> Measurement:
    """Measure bytes for an edge with all of the search's own data, but without shared texts."""
    edges = 10_000
    gc.collect()
    tracemalloc.start()
    problem = make_problem(puzzle, edges)
    before, _ = tracemalloc.get_traced_memory()
    solve(search, problem)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    each = (peak - before) / edges
    return Measurement(name=f"{name}: memory for an edge", unit="B", samples=(each,), at_most=1000)


async def idle(launch: LaunchFactory, runs: int) -> list[Measurement]:
    """Measure how two Lean workers spend the time of a search.

    Args:
        launch: Starts Lean.
        runs: The number of samples.

    Returns:
        The share in which a worker has nothing to do, and the share in which it works but runs no
        tactic of the search: it replays tactics of the other worker, or transfers data.
    """
    figures = []
    limits = Limits(heartbeats=20_000)  # no search ends with one worker on a tactic of seconds
    async with LeanPool(launch, PoolConfig(workers=2, limits=limits)) as pool:
        await idle_shares(pool, BestFirst(), lean_calls=20)  # compiles
        for name in ("bestfirst", "qstar"):
            samples = [await idle_shares(pool, SEARCHES[name], lean_calls=100) for _ in range(runs)]
            idle, beside = zip(*samples, strict=True)
            what = f"{name}: two Lean workers"
            figures += [
                Measurement(name=f"{what} idle", unit="1", samples=idle, at_most=0.1),
                Measurement(name=f"{what} replaying, or at the pipe", unit="1", samples=beside),
            ]
    return figures


async def idle_shares(
    pool: LeanPool, search: SearchAlgorithm, lean_calls: int
) -> tuple[float, float]:
    """Run a search with two workers on several theorems.

    Args:
        pool: Two workers.
        search: The search.
        lean_calls: The budget for each theorem.

    Returns:
        The idle share, and the share of replaying and transfer.
    """
    tactics = worked = wall = 0.0
    for statement in UNPROVED:
        graph = ProofGraph(await pool.start(Theorem(statement=statement)))
        problem = Problem(
            graph=graph,
            env=pool,
            policy=Portfolio(),
            value=Constant(),
            budget=BudgetTracker(Budget(seconds=None, lean_calls=lean_calls)),
            workers=2,
        )
        began = perf_counter()
        before = pool.busy_seconds
        await search.search(problem)
        wall += perf_counter() - began
        worked += pool.busy_seconds - before
        tactics += sum(edge.transition.seconds for edge in graph.edges)
        await pool.release([node.state for node in graph.nodes])
    return 1 - worked / (2 * wall), (worked - tactics) / (2 * wall)


if __name__ == "__main__":
    main()
