"""`--lean repl` as a user has it: a Lake project, and a REPL that the project requires."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from lean_env.toolchain.cache import default_cache_dir
from lean_env.wire.client import LaunchFactory
from tests.support.command_line import qstar
from tests.support.toolchains import LAKEFILE, install, put_program

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def project(launch: LaunchFactory, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The folder of `lake`, and a file of a project whose REPL is `qstar repl`."""
    launch(("Init",))
    folder = tmp_path_factory.mktemp("repl")
    programs = install(folder / "toolchain")
    root = folder / "project"
    program = root / ".lake" / "packages" / "REPL" / ".lake" / "build" / "bin" / "repl"
    program.parent.mkdir(parents=True)
    (root / "lakefile.toml").write_text(LAKEFILE, "utf-8")
    main = "from prover.cli import main; main()"
    put_program(
        program,
        f"export PYTHONPATH='{ROOT}' QSTAR_CACHE='{default_cache_dir()}' HOME='{Path.home()}'\n"
        f"cd '{folder}'\nexec '{sys.executable}' -c '{main}' repl --lean embedded",
    )
    source = root / "Own.lean"
    source.write_text("theorem t (p q : Prop) (h : p) : p ∨ q := by\n  sorry\n", "utf-8")
    return programs, source


def path_with(programs: Path) -> str:
    return f"{programs}{os.pathsep}{os.environ['PATH']}"


def test_what_is_found_is_not_called_proved(project: tuple[Path, Path]) -> None:
    programs, file = project
    before = file.read_text("utf-8")
    options = ("--lean", "repl", "--write", "--json", "--max-lean-calls", "40")
    done = qstar("prove", file, *options, PATH=path_with(programs))
    assert done.returncode == 1, done.stderr
    row = json.loads(done.stdout)
    assert (row["status"], row["stop"], row["proof"]) == ("open", "unverified", "")
    assert "sorry" not in row["unverified"]
    assert row["verdict"]["reason"].startswith("undecided: found, not verified")
    assert row["lean"]["kind"] == "repl"
    assert file.read_text("utf-8") == before


def test_a_file_is_not_verified_without_a_gate(project: tuple[Path, Path]) -> None:
    programs, file = project
    done = qstar("verify", file, "--lean", "repl", PATH=path_with(programs))
    assert done.returncode == 3
    assert "nothing can be verified here" in done.stderr
