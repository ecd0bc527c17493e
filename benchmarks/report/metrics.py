"""Statistics of a run: proportions with intervals, pass@k, quantiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, comb

from prover.runs.paired_test import CONFIDENCE, bootstrap_interval


@dataclass(frozen=True, slots=True)
class Proportion:
    """A proportion with its 95 % interval over theorems of the same kind."""

    value: float
    low: float
    high: float


def wilson_interval(proved: int, of: int) -> Proportion:
    """Compute a proportion with its Wilson score interval.

    With p = proved / n and the normal quantile z, the interval is

        (p + z²/2n ± z·√(p(1 − p)/n + z²/4n²)) / (1 + z²/n)

    (Wilson 1927, "Probable inference, the law of succession, and statistical inference").

    Args:
        proved: The number of successes.
        of: The number of trials n.

    Returns:
        The proportion and its interval; 0 with the interval [0, 1] for no trials.
    """
    from scipy.stats import binomtest

    if of == 0:
        return Proportion(0.0, 0.0, 1.0)
    interval = binomtest(proved, of).proportion_ci(CONFIDENCE, method="wilson")
    return Proportion(proved / of, float(interval.low), float(interval.high))


def mean_interval(values: Sequence[float]) -> Proportion:
    """Compute the mean of values in [0, 1] with a 95 % interval.

    Values that are all 0 or 1 get Wilson's interval, others that of the percentile bootstrap (Efron
    and Tibshirani 1993, "An Introduction to the Bootstrap", chapter 13).

    Args:
        values: One value a theorem, for instance its pass@k.

    Returns:
        The mean and its interval.
    """
    if all(value in (0, 1) for value in values):
        return wilson_interval(sum(value == 1 for value in values), len(values))
    low, high = bootstrap_interval(values)
    return Proportion(sum(values) / len(values), low, high)


def pass_at_k(attempts: int, proved: int, k: int) -> float:
    """Estimate without bias the probability that at least one of k attempts succeeds.

    With n attempts, c of them proofs: pass@k = 1 − C(n − c, k) / C(n, k) (Chen et al. 2021, arXiv
    2107.03374, equation 1).

    Args:
        attempts: The number n of attempts that were made.
        proved: The number c of these that proved the theorem.
        k: The number of attempts drawn, at most n.

    Returns:
        The probability, in [0, 1].

    Raises:
        ValueError: k is not between 1 and the number of attempts.
    """
    if not 1 <= k <= attempts:
        raise ValueError(f"pass@{k} of {attempts} attempts")
    return 1 - comb(attempts - proved, k) / comb(attempts, k)


def quantile(values: Sequence[float], q: float) -> float:
    """The q-quantile: the least value that a share `q` of the values does not exceed; 0 of none."""
    if not values:
        return 0.0
    return sorted(values)[max(0, ceil(q * len(values)) - 1)]
