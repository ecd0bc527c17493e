"""The examples run as they stand."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from lean_env.wire.client import LaunchFactory

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def test_grpo(launch: LaunchFactory) -> None:
    launch(("Init",))
    command = [sys.executable, EXAMPLES / "grpo.py", "--steps", "2"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    steps = re.findall(r"^step (\d+): reward [\d.]+, proved \d+%$", done.stdout, re.MULTILINE)
    assert steps == ["1", "2"]


def test_lean_alone(launch: LaunchFactory) -> None:
    launch(("Init",))
    printed = _run("lean_alone.py")
    assert "omega: closes the goal" in printed
    assert "induction a: leaves 2 states" in printed
    assert "exact foo: error" in printed


def test_a_policy_and_a_value_of_ones_own(launch: LaunchFactory) -> None:
    launch(("Init",))
    printed = _run("own_policy.py")
    assert printed.startswith("proved ")
    assert "exact hq" in printed


def _run(example: str) -> str:
    command = [sys.executable, EXAMPLES / example]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
