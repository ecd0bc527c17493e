"""Figures and their table."""

from __future__ import annotations

from benchmarks.perf.measurement import Measurement, table


def test_a_goal_is_held_against_the_median() -> None:
    slow = Measurement(name="start", unit="s", samples=(1.0, 9.0, 2.0), at_most=1.5)
    fast = Measurement(name="speed", unit="1/s", samples=(10.0, 30.0), at_least=20.0)
    plain = Measurement(name="size", unit="GB", samples=(0.5,))
    assert [f.reached for f in (slow, fast, plain)] == [False, True, None]
    assert slow.record()["value"] == 2.0
    lines = table([slow, fast, plain]).splitlines()
    assert lines[1].split() == ["start", "(s)", "2", "1", "9", "≤", "1.5", "MISSED"]
    assert lines[2].split() == ["speed", "(1/s)", "20", "10", "30", "≥", "20", "reached"]
    assert lines[3].split() == ["size", "(GB)", "0.5", "0.5", "0.5"]
    assert len({len(line) for line in lines}) == 1
