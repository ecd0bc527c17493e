"""Paired comparison of two runs over the same theorems: McNemar's test and a bootstrap interval."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

CONFIDENCE = 0.95
"""Coverage of the interval; the test's significance level is 1 minus it."""
RESAMPLES = 2000
"""Bootstrap resamples."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedTest:
    """The result of comparing a second run with a first one.

    Attributes:
        won: Theorems that only the second run proved.
        lost: Theorems that only the first run proved.
        p_value: Of McNemar's exact test, under the hypothesis of no difference.
        difference: Share of theorems proved by the second run minus that of the first.
        low: Lower end of the bootstrap interval of `difference`, at `CONFIDENCE`.
        high: Upper end of it.
    """

    won: list[str]
    lost: list[str]
    p_value: float
    difference: float
    low: float
    high: float

    @property
    def is_better(self) -> bool:
        """Whether both the interval and the exact test say that the second run is better.

        The bootstrap alone would accept four wins without a loss; the exact test does not.
        """
        return self.low > 0 and self.p_value < 1 - CONFIDENCE


def paired_test(ids: Sequence[str], first: Collection[str], second: Collection[str]) -> PairedTest:
    """Compare two runs theorem by theorem.

    Args:
        ids: The theorems that both runs tried; at least one.
        first: The theorems that the first run proved.
        second: The theorems that the second run proved.
    """
    gains = [float(id in second) - float(id in first) for id in ids]
    won = [id for id in ids if id in second and id not in first]
    lost = [id for id in ids if id in first and id not in second]
    low, high = bootstrap_interval(gains)
    return PairedTest(
        won=won,
        lost=lost,
        p_value=mcnemar_p_value(len(won), len(lost)),
        difference=sum(gains) / len(gains),
        low=low,
        high=high,
    )


def bootstrap_interval(values: Sequence[float]) -> tuple[float, float]:
    """Compute the percentile bootstrap interval of the mean of `values`, with a fixed seed."""
    import numpy as np
    from scipy.stats import bootstrap

    if len(set(values)) == 1:
        return values[0], values[0]
    found = bootstrap(
        (np.asarray(values),),
        np.mean,
        confidence_level=CONFIDENCE,
        n_resamples=RESAMPLES,
        method="percentile",
        rng=np.random.default_rng(0),
    )
    return float(found.confidence_interval.low), float(found.confidence_interval.high)


def mcnemar_p_value(won: int, lost: int) -> float:
    """Compute the exact two-sided p-value of McNemar's test (1947), under no difference.

    Args:
        won: Number of theorems that only the second run proved.
        lost: Number of theorems that only the first run proved.
    """
    from scipy.stats import binomtest

    return float(binomtest(won, won + lost).pvalue) if won + lost else 1.0
