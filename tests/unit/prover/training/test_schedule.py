"""The learning rate over the steps of a training."""

from __future__ import annotations

import pytest

from prover.training.fit import TrainingSchedule


def test_the_learning_rate_rises_and_falls() -> None:
    schedule = TrainingSchedule(rate=1.0)
    rates = [schedule.at(step, 100) for step in range(100)]
    assert rates[:5] == [0.2, 0.4, 0.6, 0.8, 1.0]
    assert max(rates) == 1.0
    assert rates[5:] == sorted(rates[5:], reverse=True)
    assert rates[-1] == pytest.approx(0.1, abs=0.01)
    assert schedule.at(0, 1) == 1.0
