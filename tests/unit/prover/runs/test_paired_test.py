"""Paired comparison: against figures known from elsewhere, and what counts as better."""

from __future__ import annotations

import pytest

from prover.runs.paired_test import PairedTest, bootstrap_interval, mcnemar_p_value, paired_test


def test_mcnemar() -> None:
    assert mcnemar_p_value(0, 0) == 1
    assert mcnemar_p_value(1, 5) == mcnemar_p_value(5, 1) == pytest.approx(2 * (1 + 6) / 2**6)
    assert mcnemar_p_value(10, 0) == pytest.approx(2 / 2**10)


def test_the_interval_of_a_mean() -> None:
    low, high = bootstrap_interval([1.0] * 40 + [0.0] * 60)
    assert low == pytest.approx(0.4 - 1.96 * (0.24 / 100) ** 0.5, abs=0.02)
    assert high == pytest.approx(0.4 + 1.96 * (0.24 / 100) ** 0.5, abs=0.02)
    assert bootstrap_interval([0.5, 0.5]) == (0.5, 0.5)


def won_and_lost(won: int, lost: int, theorems: int = 100) -> PairedTest:
    ids = [str(i) for i in range(theorems)]
    both = {str(theorems - 1)}
    return paired_test(ids, both | set(ids[:lost]), both | set(ids[lost : lost + won]))


def test_pairs_are_counted_by_theorem() -> None:
    found = won_and_lost(won=3, lost=2)
    assert (found.lost, found.won) == (["0", "1"], ["2", "3", "4"])
    assert found.difference == pytest.approx(0.01)
    assert found.low < 0 < found.high


@pytest.mark.parametrize(
    ("won", "lost", "better"),
    [(0, 0, False), (4, 0, False), (6, 0, True), (0, 6, False), (12, 9, False), (20, 5, True)],
)
def test_better_is_more_than_chance(won: int, lost: int, better: bool) -> None:
    """Of 4 wins without a loss resampling alone would be sure."""
    assert won_and_lost(won, lost).is_better is better
