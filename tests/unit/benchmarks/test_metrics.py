"""Shares, intervals, pass@k, tests: against figures known from elsewhere."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.report.metrics import mean_interval, pass_at_k, quantile, wilson_interval


@given(st.integers(1, 7), st.data())
def test_pass_at_k_is_the_share_of_draws_with_a_success(n: int, data: st.DataObject) -> None:
    c, k = data.draw(st.integers(0, n)), data.draw(st.integers(1, n))
    draws = list(combinations([True] * c + [False] * (n - c), k))
    assert pass_at_k(n, c, k) == pytest.approx(sum(map(any, draws)) / len(draws))


def test_no_pass_at_more_than_was_tried() -> None:
    with pytest.raises(ValueError, match="pass@3 of 2"):
        pass_at_k(2, 1, 3)


def test_wilson() -> None:
    found = wilson_interval(8, 10)  # 0.4902, 0.9433: Agresti and Coull 1998, by hand
    assert (found.value, round(found.low, 4), round(found.high, 4)) == (0.8, 0.4902, 0.9433)
    assert (wilson_interval(0, 20).low, wilson_interval(20, 20).high) == (0, 1)
    assert (wilson_interval(0, 0).low, wilson_interval(0, 0).high) == (0, 1)


def test_a_mean_of_shares() -> None:
    assert mean_interval([1, 0, 1, 1]) == wilson_interval(3, 4)
    found = mean_interval([0.5, 0.25, 1.0, 0.0, 0.75, 0.5])
    assert found.value == 0.5
    assert 0 < found.low < 0.5 < found.high < 1
    assert found == mean_interval([0.5, 0.25, 1.0, 0.0, 0.75, 0.5])


def test_quantiles_are_values_that_were_there() -> None:
    values = [float(n) for n in range(1, 21)]
    assert [quantile(values, q) for q in (0.5, 0.95, 1)] == [10, 19, 20]
    assert quantile([], 0.5) == 0
