"""What a search costs besides Lean, and what a good Q saves: on graphs known beforehand.

python -m benchmarks.perf.search [--runs N]
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import tracemalloc
from math import log
from time import perf_counter, process_time

from benchmarks.perf.figures import Figure, table
from benchmarks.perf.puzzles import Figures, Puzzle, Workers, blurred
from prover.graph.store import ProofGraph
from prover.search.astar import AStar
from prover.search.bestfirst import BestFirst
from prover.search.meter import Meter
from prover.search.qstar import QStar
from prover.types import Budget, Problem, SearchAlgorithm, StepScorer, Stop
from prover.value.heuristic import Constant

SEARCHES: dict[str, SearchAlgorithm] = {
    "bestfirst": BestFirst(),
    "astar": AStar(),
    "qstar": QStar(),
}
TACTICS = 20
CAP = 30.0


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure what a search costs besides Lean.")
    parser.add_argument("--runs", type=int, default=3, help="samples of each figure (default: 3)")
    print(table(measure(parser.parse_args().runs)))


def measure(runs: int) -> list[Figure]:
    figures: list[Figure] = []
    for name, search in SEARCHES.items():
        figures += overhead(name, search, runs)
        figures.append(memory(name, search))
    return [*figures, *calls_saved(runs), idle(runs)]


def problem_of(puzzle: Puzzle, lean_calls: int | None, scorer: StepScorer | None = None) -> Problem:
    return Problem(
        graph=ProofGraph(puzzle.root),
        env=puzzle,
        policy=puzzle,
        value=Constant(),
        scorer=scorer,
        meter=Meter(Budget(seconds=None, lean_calls=lean_calls)),
    )


def overhead(name: str, search: SearchAlgorithm, runs: int) -> list[Figure]:
    """Processor time for an edge, and how it grows, against n log n."""
    few, many = 25_000, 100_000
    puzzle = Puzzle(states=many // TACTICS * 2, tactics=TACTICS, seed=1)
    each: dict[int, list[float]] = {few: [], many: []}
    for edges in (few, many) * runs:
        problem = problem_of(puzzle, edges)
        gc.collect()
        began = process_time()
        assert asyncio.run(search.search(problem)) is Stop.LEAN_CALLS
        each[edges].append((process_time() - began) / edges)
    growth = [b / a * log(few) / log(many) for a, b in zip(each[few], each[many], strict=True)]
    micros = tuple(seconds * 1e6 for seconds in each[many])
    return [
        Figure(name=f"{name}: time for an edge of {many}", unit="µs", samples=micros, at_most=60),
        Figure(
            name=f"{name}: growth from {few} to {many} edges over that of n log n",
            unit="1",
            samples=tuple(growth),
            at_most=1,
        ),
    ]


def memory(name: str, search: SearchAlgorithm) -> Figure:
    """What an edge takes with all that the search remembers, the texts not counted."""
    edges = 20_000
    puzzle = Puzzle(states=edges // TACTICS * 2, tactics=TACTICS, seed=1)
    gc.collect()
    tracemalloc.start()
    problem = problem_of(puzzle, edges)
    seen: list[int] = []
    asyncio.run(_searched(search, problem, seen))
    tracemalloc.stop()
    return Figure(
        name=f"{name}: memory for an edge", unit="B", samples=(seen[0] / edges,), at_most=1000
    )


async def _searched(search: SearchAlgorithm, problem: Problem, seen: list[int]) -> None:
    before, _ = tracemalloc.get_traced_memory()
    await search.search(problem)
    _, peak = tracemalloc.get_traced_memory()
    seen.append(peak - before)


def calls_saved(runs: int) -> list[Figure]:
    """Lean calls of `qstar` over those of `bestfirst` for the same theorems, given a Q."""
    ratios: dict[float, list[float]] = {1.0: [], 0.6: []}
    for run in range(runs):
        puzzles = [Puzzle(600, TACTICS, seed=100 * run + i, closing=0.002) for i in range(20)]
        exact = [puzzle.q(CAP) for puzzle in puzzles]
        solvable = [(p, q) for p, q in zip(puzzles, exact, strict=True) if _root_q(p, q) < CAP]
        plain = sum(_calls(BestFirst(), puzzle, None) for puzzle, _ in solvable)
        for wanted, found in ratios.items():
            scored = [
                (puzzle, Figures(q if wanted == 1 else blurred(q, wanted, run)))
                for puzzle, q in solvable
            ]
            found.append(sum(_calls(QStar(), puzzle, q) for puzzle, q in scored) / plain)
    return [
        Figure(
            name=f"Lean calls of qstar over bestfirst's, rank correlation of Q {wanted}",
            unit="1",
            samples=tuple(found),
            at_most=1 / 3,
        )
        for wanted, found in ratios.items()
    ]


def _root_q(puzzle: Puzzle, q: dict[str, float]) -> float:
    return min(q[proposal.tactic] for proposal in puzzle.proposals[puzzle.root.key])


def _calls(search: SearchAlgorithm, puzzle: Puzzle, scorer: StepScorer | None) -> int:
    problem = problem_of(puzzle, None, scorer)
    assert asyncio.run(search.search(problem)) is Stop.PROVED
    return problem.meter.stats.lean_calls


def idle(runs: int) -> Figure:
    """The share of time in which one of two workers has nothing to do, tactics taking 8 ms."""
    samples = tuple(asyncio.run(_idle(seed)) for seed in range(runs))
    return Figure(name="qstar: two workers idle", unit="1", samples=samples, at_most=0.1)


async def _idle(seed: int) -> float:
    puzzle = Puzzle(600, TACTICS, seed)
    env = Workers(puzzle, 2, seed)
    problem = Problem(
        graph=ProofGraph(puzzle.root),
        env=env,
        policy=puzzle,
        value=Constant(),
        meter=Meter(Budget(seconds=None, lean_calls=400)),
        workers=2,
    )
    began = perf_counter()
    await QStar().search(problem)
    return 1 - env.busy / (2 * (perf_counter() - began))


if __name__ == "__main__":
    main()
