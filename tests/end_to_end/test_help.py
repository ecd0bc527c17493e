"""Help, completion and the manual page: complete, from one source, and quick."""

from __future__ import annotations

import re
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from prover.cli import app
from prover.cli.support.reference import Command, commands
from tests.support.command_line import qstar

COMMANDS = list(commands(typer.main.get_command(app)))
NAMES = [command.name for command in COMMANDS]


def words(text: str) -> str:
    """Without white space: help wraps lines, also after hyphens."""
    return "".join(text.split())


@pytest.mark.parametrize("command", COMMANDS, ids=NAMES)
def test_help_is_complete(command: Command) -> None:
    done = CliRunner().invoke(
        app, [*command.name.split()[1:], "--help"], prog_name="qstar", env={"COLUMNS": "80"}
    )
    assert done.exit_code == 0
    assert max(map(len, done.stdout.splitlines())) <= 80
    shown = words(done.stdout)
    for option in command.options:
        assert option.help
        assert words(f"{option.help} {option.details}") in shown
        assert option.default != "default"
    for argument in command.arguments:
        assert words(argument.help) in shown
    for name in command.subcommands:
        below = next(c for c in COMMANDS if c.name == f"{command.name} {name}")
        assert below.summary
        assert name + words(below.summary) in shown


def test_the_options_of_prove_are_in_groups() -> None:
    headings = re.findall(r"^(\S.*):$", qstar("prove", "--help").stdout, re.MULTILINE)
    assert headings[0] == "Arguments"
    assert headings[-1] == "General"
    assert {"Search", "Limits", "Lean", "Output"} <= set(headings)
    assert "Options" not in headings


@pytest.mark.parametrize("group", ["", "data", "train"])
def test_a_group_alone_shows_its_help(group: str) -> None:
    alone = qstar(*group.split())
    assert "Usage: qstar" in alone.stdout + alone.stderr
    assert "COMMAND" in alone.stdout + alone.stderr
    assert "Error" not in alone.stderr


def test_the_version() -> None:
    assert qstar("--version").stdout.strip() == f"qstar {version('qstar-prover')}"


def completed(tmp_path: Path, *line: str) -> list[str]:
    """What bash offers at the end of a command line."""
    script = tmp_path / "qstar.bash"
    script.write_text(qstar("completion", "bash").stdout)
    code = (
        f'source {script}; shift 0; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); '
        'complete -p qstar | grep -q _qstar && _qstar; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        ["bash", "--norc", "-c", code, "bash", *line], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    return done.stdout.split()


def test_bash_completes(tmp_path: Path) -> None:
    assert completed(tmp_path, "qstar", "pr") == ["prove"]
    assert {"verify", "eval", "data", "completion"} <= set(completed(tmp_path, "qstar", ""))
    assert set(completed(tmp_path, "qstar", "data", "")) >= {"stats", "show", "merge"}
    assert completed(tmp_path, "qstar", "prove", "--max-l") == ["--max-lean-calls"]
    assert completed(tmp_path, "qstar", "prove", "--lean", "") == [
        "auto",
        "native",
        "repl",
        "embedded",
    ]
    assert completed(tmp_path, "qstar", "data", "stats", "dir", "--js") == ["--json"]
    assert "bash" in completed(tmp_path, "qstar", "completion", "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_are_of_their_shells(shell: str) -> None:
    script = qstar("completion", shell).stdout
    for command in COMMANDS:
        assert all(name in script for name in command.subcommands)
        assert all(option.key in script for option in command.options)
    if program := shutil.which(shell):
        checked = subprocess.run(
            [program, "-n"], input=script, capture_output=True, text=True, check=False
        )
        assert (checked.returncode, checked.stderr) == (0, "")


def test_the_manual_page_has_all() -> None:
    page = qstar("man").stdout
    assert page.startswith(".TH QSTAR 1")
    plain = page.replace(r"\-", "-").replace(r"\e", "\\")
    for command in COMMANDS:
        assert f".SS {command.usage}" in plain
        assert all(
            option.usage in plain and option.environment in plain for option in command.options
        )
    if groff := shutil.which("groff"):
        done = subprocess.run(
            [groff, "-man", "-ww", "-Tutf8", "-k"],
            input=page,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
