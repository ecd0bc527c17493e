"""`qstar doctor`, and caches that cannot be used."""

from __future__ import annotations

import json
import sys

import pytest

from lean_env.wire.client import LaunchFactory
from tests.support.command_line import EASY, qstar


@pytest.fixture(autouse=True, scope="module")
def _set_up(launch: LaunchFactory) -> None:
    """No set-up of Lean while a test looks at what is printed."""
    launch(("Init",))


def test_a_cache_that_cannot_be_used() -> None:
    done = qstar("prove", EASY, QSTAR_CACHE="/dev/null/qstar")
    assert done.returncode == 3
    assert "QSTAR_CACHE" in done.stderr
    assert done.stdout == ""


def test_doctor() -> None:
    done = qstar("doctor", "--json")
    assert done.returncode == 0
    found = json.loads(done.stdout)
    assert found["ok"] is True
    assert found["python"]["path"] == sys.executable
    assert found["lean"]["embedded"]["installed"] is True
    assert ["Init"] in [s["imports"] for s in found["lean"]["embedded"]["snapshots"] if s["intact"]]
    text = qstar("doctor")
    assert text.returncode == 0
    assert found["node"]["version"] in text.stdout
    assert text.stdout.endswith("`qstar prove` can work.\n")


def test_doctor_says_what_keeps_prove_from_working() -> None:
    done = qstar("doctor", QSTAR_CACHE="/dev/null/qstar")
    assert done.returncode == 3
    assert "problem: the cache /dev/null/qstar cannot be written" in done.stdout
