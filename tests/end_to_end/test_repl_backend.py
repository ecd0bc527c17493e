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

STATEMENT = "theorem t (p q : Prop) (h : p) : p ∨ q := by\n  sorry\n"
REFUSES = """#!/bin/sh
case "$*" in
  --version) echo 'Lean (version 4.99.0, of no kind)'; exit ;;
  *judge.lean) echo 'judge.lean:1:0: error: no such version'; exit 1 ;;
esac
"""
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
    source.write_text(STATEMENT, "utf-8")
    return programs, source


def path_with(programs: Path) -> str:
    return f"{programs}{os.pathsep}{os.environ['PATH']}"


def test_what_is_found_is_verified_by_compiling_it(project: tuple[Path, Path]) -> None:
    programs, file = project
    options = ("--lean", "repl", "--write", "--json", "--max-lean-calls", "40")
    done = qstar("prove", file, *options, PATH=path_with(programs))
    assert done.returncode == 0, done.stderr
    row = json.loads(done.stdout)
    assert (row["status"], row["stop"], row["unverified"]) == ("proved", "proved", "")
    assert row["verdict"]["checkers"] == ["Lean 4.28.0-pre"]
    assert row["lean"]["kind"] == "repl"
    assert row["proof"] == file.read_text("utf-8").rstrip()


def test_a_lean_that_does_not_compile_the_checker(project: tuple[Path, Path]) -> None:
    """What is found then is not called proved."""
    programs, file = project
    lean = programs / "lean"
    before = lean.read_text("utf-8")
    lean.write_text(REFUSES + before, "utf-8")
    file.write_text(STATEMENT, "utf-8")
    try:
        options = ("--lean", "repl", "--write", "--json", "--max-lean-calls", "40")
        done = qstar("prove", file, *options, PATH=path_with(programs))
        verified = qstar("verify", file, "--lean", "repl", PATH=path_with(programs))
    finally:
        lean.write_text(before, "utf-8")
    assert done.returncode == 1, done.stderr
    row = json.loads(done.stdout)
    assert (row["status"], row["stop"], row["proof"]) == ("open", "unverified", "")
    assert "sorry" not in row["unverified"]
    assert row["verdict"]["reason"].startswith("undecided: found, not verified")
    assert file.read_text("utf-8") == STATEMENT
    assert verified.returncode == 3
    assert "does not compile the checker: judge.lean:1:0: error: no such version" in verified.stderr
