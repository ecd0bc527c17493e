"""Two runs over the same theorems, theorem by theorem: is one better, and by more than chance?"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

CONFIDENCE = 0.95
RESAMPLES = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedTest:
    """`won` are proved by the second run alone, `lost` by the first alone.

    `p_value` is of McNemar's exact test, for no difference.  `difference` is the share proved by
    the second less that by the first, with its 95 % interval over the theorems.
    """

    won: list[str]
    lost: list[str]
    p_value: float
    difference: float
    low: float
    high: float

    @property
    def is_better(self) -> bool:
        """The second run is, by both.  Resampling alone takes four wins without a loss for proof,
        the exact test does not."""
        return self.low > 0 and self.p_value < 1 - CONFIDENCE


def paired_test(ids: Sequence[str], first: Collection[str], second: Collection[str]) -> PairedTest:
    """Of the theorems `ids`, at least one, `first` and `second` are those that each run proved."""
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
    """The interval of a mean, over resamples of the values.  The same for the same values."""
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
    """The exact p-value for no difference, by what only one of two runs proved (McNemar 1947)."""
    from scipy.stats import binomtest

    return float(binomtest(won, won + lost).pvalue) if won + lost else 1.0
