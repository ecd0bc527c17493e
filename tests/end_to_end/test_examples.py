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
