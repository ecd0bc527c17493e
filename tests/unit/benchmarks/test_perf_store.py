"""The measurement of stored data, in small."""

from __future__ import annotations

from benchmarks.perf.store import measure


def test_all_that_is_written_is_counted_and_exported() -> None:
    figures = {figure.name: figure for figure in measure(2_000)}
    assert figures["an edge on disk"].value < 120
    assert all(figure.value > 0 for figure in figures.values())
