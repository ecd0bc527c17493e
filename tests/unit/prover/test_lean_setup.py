"""What the one-time set-up of Lean says, and where."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from prover.cli.support import messages
from prover.lean_setup import showing_progress


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    own = logging.getLogger(messages.OWN)
    before = logging.root.handlers, logging.root.level, own.level
    yield
    logging.root.handlers, logging.root.level, own.level = before


def set_up() -> None:
    with showing_progress() as show:
        show("download", 0, 100_000_000)
        show("download", 100_000_000, 100_000_000)


def test_a_library_says_each_stage_once(capsys: pytest.CaptureFixture[str]) -> None:
    set_up()
    assert capsys.readouterr().err == "qstar: downloading Lean, 100 MB (only once)\n"


def test_the_command_line_decides_on_the_form(capsys: pytest.CaptureFixture[str]) -> None:
    messages.configure(messages.NORMAL, as_json=True)
    set_up()
    [line] = capsys.readouterr().err.splitlines()
    assert json.loads(line)["message"] == "downloading Lean, 100 MB (only once)"


def test_quiet_is_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    messages.configure(messages.QUIET, as_json=False)
    set_up()
    assert capsys.readouterr().err == ""
