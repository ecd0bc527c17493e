"""Samples into proposals."""

from __future__ import annotations

from collections.abc import Iterable
from math import log

from prover.types import Proposal


def distinct(samples: Iterable[tuple[str, float]], k: int, source: str) -> list[Proposal]:
    """The `k` most probable of the sampled (tactic, logprob) pairs, each tactic once with its
    greatest logprob; empty ones are left out."""
    best: dict[str, float] = {}
    for tactic, logprob in samples:
        if tactic:
            best[tactic] = max(logprob, best.get(tactic, logprob))
    ranked = sorted(best.items(), key=lambda item: -item[1])
    return [Proposal(tactic, min(logprob, 0.0), source) for tactic, logprob in ranked[:k]]


def by_frequency(samples: Iterable[str]) -> list[tuple[str, float]]:
    """Where a model gives no logprobs: log of how often a sample came, times 1/(1 + rank) among
    samples that came equally often, since models tend to give better ones first."""
    counts: dict[str, int] = {}
    for tactic in samples:
        counts[tactic] = counts.get(tactic, 0) + 1
    weights = {
        tactic: count / (1 + rank / len(counts))
        for rank, (tactic, count) in enumerate(sorted(counts.items(), key=lambda item: -item[1]))
    }
    total = sum(weights.values())
    return [(tactic, log(weight / total)) for tactic, weight in weights.items()]
