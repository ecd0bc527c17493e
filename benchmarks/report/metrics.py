"""Figures of a run: shares with intervals, pass@k, curves over what was spent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, comb

from prover.runs.paired_test import CONFIDENCE, bootstrap_interval


@dataclass(frozen=True, slots=True)
class Proportion:
    """A share with its 95 % interval: had other theorems of the same kind been drawn, it would lie
    about here."""

    value: float
    low: float
    high: float


def wilson_interval(proved: int, of: int) -> Proportion:
    """Wilson's interval for a share (Wilson 1927)."""
    from scipy.stats import binomtest

    if of == 0:
        return Proportion(0.0, 0.0, 1.0)
    interval = binomtest(proved, of).proportion_ci(CONFIDENCE, method="wilson")
    return Proportion(proved / of, float(interval.low), float(interval.high))


def mean_interval(values: Sequence[float]) -> Proportion:
    """The mean of shares: with Wilson's interval if each is 0 or 1, else with a bootstrapped one
    (percentiles; Efron and Tibshirani 1993)."""
    if all(value in (0, 1) for value in values):
        return wilson_interval(sum(value == 1 for value in values), len(values))
    low, high = bootstrap_interval(values)
    return Proportion(sum(values) / len(values), low, high)


def pass_at_k(attempts: int, proved: int, k: int) -> float:
    """The probability that k attempts, drawn from these, have one that proved it: without bias
    (Chen et al. 2021, arXiv 2107.03374)."""
    if not 1 <= k <= attempts:
        raise ValueError(f"pass@{k} of {attempts} attempts")
    return 1 - comb(attempts - proved, k) / comb(attempts, k)


def quantile(values: Sequence[float], q: float) -> float:
    """The least value that a share `q` of them does not exceed; 0 of none."""
    if not values:
        return 0.0
    return sorted(values)[max(0, ceil(q * len(values)) - 1)]
