"""Options from files and from the environment; what is said on stderr, and in which form."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lean_env.wire.client import LaunchFactory
from tests.support.command_line import EASY, WRONG, qstar, rows


@pytest.fixture(autouse=True, scope="module")
def _set_up(launch: LaunchFactory) -> None:
    launch(("Init",))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project, in a folder below which commands run."""
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    return tmp_path


def tactics_run(*arguments: str, **environ: str) -> int:
    done = qstar("prove", WRONG, "--json", "--no-refute", *arguments, **environ)
    assert done.returncode == 1, done.stderr
    return int(rows(done.stdout)["wrong"]["stats"]["lean_calls"])


@pytest.mark.parametrize(("name", "table"), [("qstar.toml", ""), ("pyproject.toml", "tool.qstar")])
def test_the_command_line_goes_before_environment_and_file(
    folder: Path, name: str, table: str
) -> None:
    general, own = (f"[{table}]", f"[{table}.prove]") if table else ("", "[prove]")
    (folder / name).write_text(f"{general}\nmax-lean-calls = 9\ntimeout = 30\n")
    assert tactics_run() == 9
    (folder / name).write_text(f"{general}\nmax-lean-calls = 9\n{own}\nmax-lean-calls = 4\n")
    assert tactics_run() == 4
    assert tactics_run(QSTAR_MAX_LEAN_CALLS="3") == 3
    assert tactics_run("--max-lean-calls", "2", QSTAR_MAX_LEAN_CALLS="3") == 2


def test_flags_and_tables_of_subcommands(folder: Path) -> None:
    (folder / "qstar.toml").write_text("[prove]\njson = true\n[data.stats]\njson = true\n")
    assert json.loads(qstar("prove", EASY).stdout)["status"] == "proved"
    assert qstar("prove", EASY, QSTAR_JSON="false").stdout.startswith("easy: proved")
    assert "default: 7" not in qstar("prove", "--help").stdout


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("\ntimout = 3\n", ("qstar.toml:2: no command has an option `timout`", "`timeout`?")),
        ("[prov]\na = 1\n", ("qstar.toml:1: there is no command `prov`", "`prove`?")),
        ("[verify]\npolish = true\n", ("qstar.toml:2: `qstar verify` has no option `polish`",)),
        ("[prove]\nmax_lean_calls = 1\n", ("toml:2: ", "did you mean `max-lean-calls`?")),
        ("x = = 1\n", ("qstar.toml: not TOML: ", "line 1")),
        ("[prove]\n\ntimeout = 'soon'\n", ("'--timeout'", "valid number", "qstar.toml:3)")),
    ],
)
def test_what_is_wrong_in_a_file_is_said_with_its_place(
    folder: Path, text: str, says: tuple[str, ...]
) -> None:
    (folder / "qstar.toml").write_text(text)
    done = qstar("prove", EASY)
    assert done.returncode == 2
    assert done.stdout == ""
    assert all(part in done.stderr for part in says), done.stderr
    assert qstar("prove", "--help").returncode == 0


@pytest.mark.usefixtures("folder")
def test_what_is_wrong_in_the_environment_is_said() -> None:
    done = qstar("prove", EASY, QSTAR_TIMEOUT="soon")
    assert done.returncode == 2
    assert "QSTAR_TIMEOUT" in done.stderr
    assert "valid number" in done.stderr


def test_files_of_other_tools_are_left_alone(folder: Path) -> None:
    (folder / "pyproject.toml").write_text("[tool.other]\ntimout = 3\n")
    assert qstar("prove", EASY).returncode == 0


@pytest.mark.usefixtures("folder")
def test_logs_as_json() -> None:
    done = qstar("prove", "theorem t : foo.bar", "--log-format", "json", "--json")
    [line] = [json.loads(line) for line in done.stderr.splitlines()]
    assert (line["level"], line["logger"]) == ("error", "qstar")
    assert line["message"].startswith("t:1:")


@pytest.mark.usefixtures("folder")
def test_quiet_and_verbose() -> None:
    missing = qstar("prove", "missing.lean", "--quiet")
    assert "missing.lean: no such file" in missing.stderr
    both = qstar("prove", EASY, "-q", "-v")
    assert both.returncode == 2
    assert "exclude each other" in both.stderr
