"""The display of long commands: counts, rates, what is at work."""

from __future__ import annotations

import logging

import pytest
from rich.console import Console

from prover.cli.support import display
from prover.cli.support.display import Display, duration
from prover.runs.progress import count


def text_of(shown: Display, width: int = 80) -> str:
    console = Console(width=width, force_terminal=False)
    with console.capture() as captured:
        console.print(shown.render())
    return captured.get()


def test_what_is_at_work_is_shown_until_it_ends() -> None:
    shown = Display()
    shown.stage("proving", 4)
    shown.begin("a")
    shown.update("b", "3 of 60 s")
    text = text_of(shown)
    assert "proving: 0 of 4" in text
    assert "  a\n" in text
    assert "  b  3 of 60 s" in text
    shown.end("a")
    shown.forget("b")
    text = text_of(shown)
    assert "proving: 1 of 4" in text
    assert "  b" not in text
    assert " left" in text


def test_many_at_work_are_summed_up_and_long_lines_cut() -> None:
    shown = Display()
    shown.stage("proving", 100)
    for number in range(11):
        shown.begin(f"theorem_{number} " + "long " * 30)
    text = text_of(shown, width=40)
    assert "and 3 more" in text
    assert max(map(len, text.splitlines())) <= 40


def test_the_rate_does_not_count_what_was_done_before(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(display.time, "monotonic", lambda: now)
    shown = Display()
    shown.stage("searching", 1000, done=900)
    now += 10
    shown.at(920)
    assert shown.summary() == "searching: 920 of 1,000, 2.0 a second, 40 s left"


def test_for_a_pipe_there_is_a_line_at_intervals(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    now = 1000.0
    monkeypatch.setattr(display.time, "monotonic", lambda: now)
    caplog.set_level(logging.INFO, logger="qstar")
    with Display() as shown:
        shown.stage("searching", 10)
        for _ in range(5):
            now += 3
            shown.begin("t")
            shown.figures("1 proved")
            shown.end("t")
    assert caplog.messages == [
        "searching: 3 of 10, 1 proved, 15.0 a minute, 28 s left; now: t",
    ]


def test_words_for_numbers() -> None:
    assert [count(n, "tactic") for n in (0, 1, 2000)] == ["0 tactics", "1 tactic", "2,000 tactics"]
    assert [duration(s) for s in (0.2, 59.6, 200, 7500)] == [
        "0 s",
        "1 min 0 s",
        "3 min 20 s",
        "2 h 5 min",
    ]
