"""What `qstar --help` says."""

from __future__ import annotations

from importlib.metadata import version

from tests.support.command_line import qstar


def test_help_names_the_commands() -> None:
    done = qstar("--help")
    assert done.returncode == 0
    assert "prove" in done.stdout
    assert "doctor" in done.stdout


def test_the_version() -> None:
    assert qstar("--version").stdout.strip() == f"qstar {version('qstar-prover')}"
