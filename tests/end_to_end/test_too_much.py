"""Files and statements that are too much for Lean: bad input, with the place, and soon."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from lean_env.wire.client import LaunchFactory
from tests.support.command_line import qstar


@pytest.fixture(autouse=True, scope="module")
def _set_up(launch: LaunchFactory) -> None:
    launch(("Init",))


GOOD = "theorem good : 1 = 1 := by\n  sorry\n\n"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("partial def spin (n : Nat) : Nat := spin (n + 1)\n\n#eval spin 0\n\n" + GOOD, 3),
        (GOOD + f"theorem deep : {'(' * 40_000}1 = 1{')' * 40_000} := by\n  sorry\n", 4),
    ],
    ids=["loop", "deep"],
)
def test_a_file_that_is_too_much(tmp_path: Path, text: str, line: int) -> None:
    file = tmp_path / "f.lean"
    file.write_text(text)
    began = time.monotonic()
    done = qstar("prove", file, "--timeout", "10", "--lean", "embedded")
    assert done.returncode == 2, done.stderr
    assert f"{file}:{line}: " in done.stderr
    assert "--timeout" in done.stderr
    assert time.monotonic() - began < 60
    assert file.read_text() == text
