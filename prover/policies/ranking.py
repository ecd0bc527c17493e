"""From a model's samples to ranked proposals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import inf, log

from lean_env.types import Tactic
from prover.types import Proposal


@dataclass(frozen=True, slots=True)
class Sample:
    """One answer of a model.

    Attributes:
        tactic: The tactic in the answer.
        logprob: Of the whole answer.
        tokens: Length of the whole answer.
    """

    tactic: Tactic
    logprob: float
    tokens: int


def distinct(samples: Iterable[Sample], k: int, source: str) -> list[Proposal]:
    """The `k` most probable distinct tactics, without empty ones.

    Each has the greatest logprob of its samples and the sum of their tokens.
    """
    best: dict[Tactic, Proposal] = {}
    for sample in samples:
        known = best.get(sample.tactic, Proposal(sample.tactic, -inf))
        logprob = min(max(sample.logprob, known.logprob), 0.0)
        tokens = known.tokens + sample.tokens
        best[sample.tactic] = Proposal(sample.tactic, logprob, source, tokens)
    best.pop("", None)
    return sorted(best.values(), key=lambda p: -p.logprob)[:k]


def by_frequency(tactics: Iterable[Tactic]) -> dict[Tactic, float]:
    """Estimate logprobs from how often each tactic was sampled.

    Among equally frequent tactics, earlier ones count as more probable.
    """
    counts = Counter(tactics)
    weights = {
        tactic: count / (1 + rank / len(counts))
        for rank, (tactic, count) in enumerate(counts.most_common())
    }
    total = sum(weights.values())
    return {tactic: log(weight / total) for tactic, weight in weights.items()}
