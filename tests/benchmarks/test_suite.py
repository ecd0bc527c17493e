"""The summary of a suite."""

from __future__ import annotations

from typing import Any

from benchmarks.suite import summary


def result(status: str, stop: str, lean_calls: int) -> dict[str, Any]:
    return {
        "status": status,
        "stop": stop,
        "stats": {"lean_calls": lean_calls, "seconds": lean_calls / 10},
    }


def test_summary_counts_every_theorem_once() -> None:
    results = [
        result("proved", "proved", 8),
        result("open", "seconds", 90),
        result("open", "seconds", 100),
        result("error", "error", 0),
    ]
    assert summary(results, asked=6).splitlines() == [
        "1 of 6 proved",
        "  2 open (seconds)",
        "  1 error (error)",
        "  2 not tried",
        "proved: median 8 tactics run, 0.8 s; together 8 tactics run, 1 s",
        "all: median 49 tactics run, 4.9 s; together 198 tactics run, 20 s",
    ]
