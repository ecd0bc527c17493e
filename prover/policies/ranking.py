"""Samples into proposals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import inf, log

from lean_env.types import Tactic
from prover.types import Proposal


@dataclass(frozen=True, slots=True)
class Sample:
    """One answer of a model: `tokens` is its length, with what is not part of the tactic."""

    tactic: Tactic
    logprob: float
    tokens: int


def distinct(samples: Iterable[Sample], k: int, source: str) -> list[Proposal]:
    """The `k` most probable tactics, each once, with the greatest logprob and the tokens of all its
    samples.  Empty ones are left out."""
    best: dict[Tactic, Proposal] = {}
    for sample in samples:
        known = best.get(sample.tactic, Proposal(sample.tactic, -inf))
        logprob = min(max(sample.logprob, known.logprob), 0.0)
        tokens = known.tokens + sample.tokens
        best[sample.tactic] = Proposal(sample.tactic, logprob, source, tokens)
    best.pop("", None)
    return sorted(best.values(), key=lambda p: -p.logprob)[:k]


def by_frequency(tactics: Iterable[Tactic]) -> dict[Tactic, float]:
    """Logprobs where a model gives none: by how often each tactic came; of those that came equally
    often the earlier ones are held to be better."""
    counts = Counter(tactics)
    weights = {
        tactic: count / (1 + rank / len(counts))
        for rank, (tactic, count) in enumerate(counts.most_common())
    }
    total = sum(weights.values())
    return {tactic: log(weight / total) for tactic, weight in weights.items()}
