"""Write a million edges as proof data, measure their size, count them, export them.

    python -m benchmarks.perf.store [--edges N]

The searches are generated, with the size and kinds of text of searches in Lean's library: states
and error messages with random names and numbers.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.perf.measurement import Measurement, table
from lean_env.types import Goal, Hypothesis, RejectionReason, Theorem
from prover.datasets.formats.export import export
from prover.datasets.records import SCHEMA, Search, State, TacticEdge
from prover.datasets.stats import summarize
from prover.datasets.store import KIND, SearchStore
from prover.runs.manifest import Manifest
from prover.types import NodeStatus, Stats, StopReason, TheoremStatus

STATES, TACTICS = 25, 4
"""Of each search, and of each state."""

SETTINGS = {
    "suite": {"name": "", "variant": "made up"},
    "lean": {"version": "4"},
    "search": "bestfirst",
}
WORDS = ("map", "filter", "append", "length", "reverse", "take", "drop", "succ", "min", "mod")
MESSAGES = (
    "`simp` made no progress",
    "omega could not prove the goal:\na possible counterexample may satisfy\n  {} ≥ {}",
    "Tactic `apply` failed: could not unify the conclusion of `{}` with the goal\n  {} = {}",
)


def searches(edges: int, rng: random.Random) -> Iterator[Search]:
    """Generate searches.

    Args:
        edges: The number of edges of all searches together.
        rng: Source of randomness.

    Yields:
        Searches with 100 edges each.
    """
    for number in range(edges // (STATES * TACTICS)):
        yield _search(number, rng)


def _term(rng: random.Random) -> str:
    return f"{rng.choice(WORDS)} x{rng.randrange(9)} ({rng.choice(WORDS)} {rng.randrange(50)} ys)"


def _search(number: int, rng: random.Random) -> Search:
    hypotheses = tuple(Hypothesis(f"x{i}", rng.choice(("Nat", "List α", "α"))) for i in range(4))
    states, edges = [], []
    for place in range(STATES):
        goal = Goal(f"{_term(rng)} = {_term(rng)}", hypotheses)
        states.append(_state(place, goal, rng))
        edges += [_edge(place, first=not i and place + 1 < STATES, rng=rng) for i in range(TACTICS)]
    return Search(
        id=f"Theorem.number_{number}",
        run="0",
        suite="made up",
        split="train",
        group=rng.choice(WORDS),
        theorem=Theorem(statement=f"theorem number_{number} : {_term(rng)} = {_term(rng)}"),
        status=TheoremStatus.OPEN,
        stop=StopReason.LEAN_CALLS,
        proof="",
        tactics=(),
        axioms=(),
        verdict="",
        stats=Stats(lean_calls=STATES * TACTICS, seconds=rng.random()),
        states=tuple(states),
        edges=tuple(edges),
    )


def _state(place: int, goal: Goal, rng: random.Random) -> State:
    return State(
        key=f"{rng.getrandbits(64):016x}",
        goals=(goal,),
        origin=(place - 1, "intro x", 0) if place else None,
        depth=place,
        status=NodeStatus.OPEN,
        cost=float("inf"),
        exhausted=False,
        value=0.0,
        priority=rng.random(),
    )


def _edge(place: int, *, first: bool, rng: random.Random) -> TacticEdge:
    message = rng.choice(MESSAGES).format(_term(rng), _term(rng), _term(rng))
    return TacticEdge(
        state=place,
        tactic="intro x" if first else f"{rng.choice(('simp', 'rw', 'apply'))} [{_term(rng)}]",
        logprob=-rng.random() * 5,
        source="portfolio.automation",
        tokens=0,
        seconds=round(rng.random() / 10, 6),
        reason=None if first else RejectionReason.ERROR,
        message_class="" if first else "gave up",
        message="" if first else message,
        children=(place + 1,) if first else (),
        positions=((0,),) if first else (),
        renamed=(),
        messages=(),
        cost=1.0,
        q=None,
        on_proof=False,
    )


def measure(edges: int) -> list[Measurement]:
    """Measure writing, size on disk, counting and exporting of so many edges."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        Manifest(kind=KIND, schema=SCHEMA, settings=SETTINGS, facts={}).write(folder)
        store, writing, written = SearchStore(folder), 0.0, 0
        for search in searches(edges, random.Random(0)):
            began = time.perf_counter()
            store.append(search)
            writing += time.perf_counter() - began
            written += len(search.edges)
        began = time.perf_counter()
        store.seal()
        writing += time.perf_counter() - began
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        began = time.perf_counter()
        assert summarize(folder).edges == written
        counting = time.perf_counter() - began
        began = time.perf_counter()
        export(folder, "hf", folder / "hub")
        exporting = time.perf_counter() - began
    return [
        Measurement(name="written", unit="edges/s", samples=(written / writing,), at_least=20_000),
        Measurement(name="an edge on disk", unit="bytes", samples=(size / written,), at_most=120),
        Measurement(name="counted", unit="s", samples=(counting,), at_most=5),
        Measurement(name="exported for the hub", unit="edges/s", samples=(written / exporting,)),
    ]


def main() -> None:
    """Read the options, measure, and print a table."""
    parser = argparse.ArgumentParser(description="Write, weigh, count and export proof data.")
    parser.add_argument("--edges", type=int, default=1_000_000)
    print(table(measure(parser.parse_args().edges)))


if __name__ == "__main__":
    main()
