"""Speed of the network at scoring and generating tactics, relative to Lean's on the same ones.

    python -m benchmarks.perf.model [--model DIR] [--data RELEASE] [--states N]

Without a model, one of the default size with random weights is used, which generates up to the
length limit.  Lean's times are those that the release has.  Processor time hardly depends on the
load of the machine.
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
from prover.models.inference import (
    InferenceConfig,
    InferenceModel,
    ProofModel,
    from_checkpoint,
    load_model,
)
from prover.models.network import DecoderSize
from prover.training.initial_model import new_model

SEARCHES = 300
"""So many are read."""
MANY = 48
"""A state with fewer tactics is left out."""

TimedStates = list[tuple[ProofState, list[Tactic], float]]
"""States, what was run on each, and the milliseconds of a tactic in Lean."""


def states(searches: list[Search], count: int) -> TimedStates:
    """Select states on which many tactics were run.

    Args:
        searches: Stored searches.
        count: The most states.

    Returns:
        For each state its tactics, and the mean milliseconds that Lean took for one.
    """
    found: TimedStates = []
    for search in searches:
        graph = search.graph()
        for node in graph.nodes:
            if len(node.edges) >= MANY:
                tactics = [edge.proposal.tactic for edge in node.edges]
                seconds = mean(edge.transition.seconds for edge in node.edges)
                found.append((node.state, tactics, seconds * 1000))
    return found[:count]


async def timed(work: Awaitable[object], tactics: int) -> tuple[float, float]:
    """Time an awaitable.

    Args:
        work: What is timed.
        tactics: How many tactics it scores or generates.

    Returns:
        Milliseconds a tactic: wall-clock, and of the processor.
    """
    wall, cpu = time.perf_counter(), time.process_time()
    await work
    took = (time.perf_counter() - wall, time.process_time() - cpu)
    return took[0] * 1000 / tactics, took[1] * 1000 / tactics


async def measure(model: InferenceModel, timed_states: TimedStates) -> list[str]:
    """Measure scoring and generating on all states but the first, which warms up.

    Args:
        model: The network.
        timed_states: The states with their tactics and Lean's times.

    Returns:
        Lines of text.
    """
    lean = [ms for _, _, ms in timed_states[1:]]
    return [
        await score_speed(model, timed_states),
        *[await generation_speed(model, timed_states, count) for count in (8, 16)],
        f"Lean: {mean(lean):.2f} ms a tactic as recorded, {median(lean):.2f} on half of the states",
    ]


async def score_speed(model: InferenceModel, timed_states: TimedStates) -> str:
    """Measure the scoring of each state's tactics."""
    reader = ProofModel(model, InferenceConfig(), "perf")
    times = [await timed(reader.score_tactics([s], [t]), len(t)) for s, t, _ in timed_states]
    return speed_line("judge", times[1:])


async def generation_speed(model: InferenceModel, timed_states: TimedStates, count: int) -> str:
    """Measure the generation of `count` tactics for each state."""
    reader = ProofModel(model, InferenceConfig(samples=count), "perf")
    times = [await timed(reader.generate([state], count), count) for state, _, _ in timed_states]
    return speed_line(f"write {count}", times[1:])


def speed_line(name: str, times: list[tuple[float, float]]) -> str:
    """Format the means of pairs of wall-clock and processor milliseconds."""
    wall, cpu = (mean(column) for column in zip(*times, strict=True))
    return f"{name}: {wall:.2f} ms a tactic, {cpu:.2f} ms of processor time"


def main() -> None:
    """Read the options, measure, and print the results."""
    parser = argparse.ArgumentParser(description="How fast the network is.")
    parser.add_argument("--model", type=Path)
    parser.add_argument("--data", type=Path, default=Path("data/library-portfolio"))
    parser.add_argument("--states", type=int, default=20)
    options = parser.parse_args()
    searches = list(islice(read_release(options.data), SEARCHES))
    model = (
        load_model(options.model)
        if options.model
        else from_checkpoint(new_model(searches, DecoderSize(), seed=0, premises=True))
    )
    for line in asyncio.run(measure(model, states(searches, options.states + 1))):
        print(line)


if __name__ == "__main__":
    main()
