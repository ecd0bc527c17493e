"""How `comparator` is asked, with a stand-in for it and for what it needs."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from lean_env.gate.external_checks import COMPARATOR, ExternalCheck, run_comparator
from lean_env.toolchain.native import NativeLean
from tests.support.toolchains import put_program


@pytest.fixture
def lean(tmp_path: Path) -> NativeLean:
    """Of a project with the modules `Challenge`, which is built, and `Solution`."""
    project, built = tmp_path / "p", tmp_path / "p" / ".lake" / "build" / "lib" / "lean"
    built.mkdir(parents=True)
    for file in (project / "Challenge.lean", project / "Solution.lean"):
        file.touch()
    (built / "Challenge.olean").touch()
    return NativeLean(
        sysroot=tmp_path / "lean", version="4", about="", path=(built,), project=project
    )


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """What has to be on PATH beside comparator itself."""
    folder = tmp_path / "bin"
    folder.mkdir()
    put_program(folder / "lake", 'shift; exec "$@"')
    put_program(folder / "landrun", "exit 0")
    put_program(folder / "lean4export", "exit 0")
    return folder


def asked(
    lean: NativeLean, programs: Path, solution: str = "Solution.lean"
) -> ExternalCheck | None:
    assert lean.project is not None
    return run_comparator(
        lean,
        lean.project / "Challenge.lean",
        lean.project / solution,
        ["A.t", "u"],
        axioms=["propext"],
        seconds=20,
        environ={"PATH": f"{programs}{os.pathsep}{os.defpath}"},
    )


def test_it_is_given_both_modules_and_asked_in_the_project(
    lean: NativeLean, programs: Path
) -> None:
    assert asked(lean, programs) is None  # it is not installed
    put_program(programs / COMPARATOR, 'cp "$1" seen.json')
    assert asked(lean, programs) == ExternalCheck(COMPARATOR, True)
    assert lean.project is not None
    assert json.loads((lean.project / "seen.json").read_text()) == {
        "challenge_module": "Challenge",
        "solution_module": "Solution",
        "theorem_names": ["A.t", "u"],
        "permitted_axioms": ["propext"],
        "enable_nanoda": False,
    }


def test_it_is_against_what_it_does_not_pass(lean: NativeLean, programs: Path) -> None:
    put_program(programs / COMPARATOR, "echo building; echo 'u: illegal axiom' >&2; exit 1")
    assert asked(lean, programs) == ExternalCheck(COMPARATOR, False, "u: illegal axiom")


def test_it_has_no_opinion_without_what_it_needs(lean: NativeLean, programs: Path) -> None:
    put_program(programs / COMPARATOR, "exit 0")
    assert asked(lean, programs, "../elsewhere.lean") is None
    (programs / "landrun").unlink()
    assert asked(lean, programs) is None


def test_statements_that_are_not_built_are_no_modules_for_sure(
    lean: NativeLean, programs: Path
) -> None:
    put_program(programs / COMPARATOR, "exit 0")
    os.utime(lean.path[0] / "Challenge.olean", (0, 0))
    assert asked(lean, programs) is None
