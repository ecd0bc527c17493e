"""How fast the network judges and writes tactics, beside what Lean took for the same ones.

python -m benchmarks.perf.model [--model DIR] [--data RELEASE] [--states N]

Without a model: one of the default size with random weights, which writes until it is cut off.
Times of Lean are those that the release has.  CPU time hardly depends on what else runs.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Awaitable
from itertools import islice
from pathlib import Path
from statistics import mean, median

from lean_env.types import ProofState, Tactic
from prover.datasets.formats.release import read_release
from prover.datasets.records import Search
from prover.models import checkpoint
from prover.models.checkpoint import Checkpoint
from prover.models.inference import InferenceConfig, ProofModel
from prover.models.network import DecoderSize
from prover.training.initial_model import new_model

SEARCHES = 300
"""So many are read."""
MANY = 48
"""A state with fewer tactics is left out."""

Asked = list[tuple[ProofState, list[Tactic], float]]
"""States, what was run on each, and the milliseconds of a tactic in Lean."""


def states(searches: list[Search], count: int) -> Asked:
    found: Asked = []
    for search in searches:
        graph = search.graph()
        for node in graph.nodes:
            if len(node.edges) >= MANY:
                tactics = [edge.proposal.tactic for edge in node.edges]
                seconds = mean(edge.transition.seconds for edge in node.edges)
                found.append((node.state, tactics, seconds * 1000))
    return found[:count]


async def timed(work: Awaitable[object], tactics: int) -> tuple[float, float]:
    """Milliseconds a tactic on the clock, and of the processor."""
    wall, cpu = time.perf_counter(), time.process_time()
    await work
    took = (time.perf_counter() - wall, time.process_time() - cpu)
    return took[0] * 1000 / tactics, took[1] * 1000 / tactics


async def measure(model: Checkpoint, asked: Asked) -> list[str]:
    """The first state is for warming up."""
    lean = [ms for _, _, ms in asked[1:]]
    return [
        await judging(model, asked),
        *[await writing(model, asked, count) for count in (8, 16)],
        f"Lean: {mean(lean):.2f} ms a tactic as recorded, {median(lean):.2f} on half of the states",
    ]


async def judging(model: Checkpoint, asked: Asked) -> str:
    reader = ProofModel(model, InferenceConfig(), "perf")
    times = [await timed(reader.score_tactics([s], [t]), len(t)) for s, t, _ in asked]
    return words("judge", times[1:])


async def writing(model: Checkpoint, asked: Asked, count: int) -> str:
    reader = ProofModel(model, InferenceConfig(samples=count), "perf")
    times = [await timed(reader.generate([state], count), count) for state, _, _ in asked]
    return words(f"write {count}", times[1:])


def words(name: str, times: list[tuple[float, float]]) -> str:
    wall, cpu = (mean(column) for column in zip(*times, strict=True))
    return f"{name}: {wall:.2f} ms a tactic, {cpu:.2f} ms of processor time"


def main() -> None:
    parser = argparse.ArgumentParser(description="How fast the network is.")
    parser.add_argument("--model", type=Path)
    parser.add_argument("--data", type=Path, default=Path("data/library-portfolio"))
    parser.add_argument("--states", type=int, default=20)
    options = parser.parse_args()
    searches = list(islice(read_release(options.data), SEARCHES))
    model = (
        checkpoint.load(options.model, device="cpu")
        if options.model
        else new_model(searches, DecoderSize(), seed=0, premises=True)
    )
    model.network.eval()
    for line in asyncio.run(measure(model, states(searches, options.states + 1))):
        print(line)


if __name__ == "__main__":
    main()
