"""Figures of how predicted costs agree with what was proved."""

from __future__ import annotations

from prover.training.calibration import Prediction, calibration_report


def test_figures_of_predictions_that_are_known() -> None:
    def of(predicted: float, actual: float, depth: int = 0) -> Prediction:
        return Prediction(of="q", depth=depth, predicted=predicted, actual=actual)

    found = calibration_report([of(1, 1), of(4, 2, 1), of(4, 32), of(20, 32, 1)], cap=32)["q"]
    assert found["count"] == 4
    assert found["mean_error"] == (0 + 2 + 28 + 12) / 4
    assert found["auc"] == (1 + 1 + 0.5 + 1) / 4
    assert [(r["depth"], r["predicted"]) for r in found["by_depth"]] == [(0, 2.5), (1, 12)]
    assert [(r["actual"], r["count"]) for r in found["by_steps"]] == [(1, 1), (2, 1), (32, 2)]
    assert calibration_report([of(1, 1)], cap=32)["q"]["auc"] is None
