"""What `leanchecker` says of a file beside the gate, with a stand-in for it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lean_env.gate.external_checks import LEANCHECKER, ExternalCheck, apply_check, run_leanchecker
from lean_env.gate.verifier import CheckedTheorem
from lean_env.toolchain.native import NativeLean
from lean_env.types import Accepted, RefusalReason, Refused, Undecided
from tests.support.toolchains import put_program

SECONDS = 60


@pytest.fixture
def lean(tmp_path: Path) -> NativeLean:
    """Of a project with the built module `A.B`."""
    project, built = tmp_path / "p", tmp_path / "p" / ".lake" / "build" / "lib" / "lean"
    for folder in (tmp_path / "lean" / "bin", project / "A", built / "A"):
        folder.mkdir(parents=True)
    (project / "A" / "B.lean").touch()
    (built / "A" / "B.olean").touch()
    return NativeLean(
        sysroot=tmp_path / "lean", version="4", about="", path=(built,), project=project
    )


def checker(lean: NativeLean, script: str) -> None:
    put_program(lean.sysroot / "bin" / "leanchecker", script)


def asked(lean: NativeLean, file: str = "A/B.lean") -> ExternalCheck | None:
    assert lean.project is not None
    return run_leanchecker(lean, lean.project / file, SECONDS)


def test_it_is_asked_about_the_module_of_the_file(lean: NativeLean) -> None:
    assert asked(lean) is None  # it is not installed
    checker(lean, '[ "$*" = A.B ] && [ "$LEAN_PATH" ] && [ -z "$HOME" ]')
    assert asked(lean) == ExternalCheck(LEANCHECKER, True)


def test_its_complaint_is_the_last_line(lean: NativeLean) -> None:
    checker(lean, "echo replaying >&2; echo 'A.B: (kernel) declaration type mismatch' >&2; exit 1")
    assert asked(lean) == ExternalCheck(
        LEANCHECKER, False, "A.B: (kernel) declaration type mismatch"
    )


def test_it_has_no_opinion_on_what_is_not_built(lean: NativeLean, tmp_path: Path) -> None:
    checker(lean, "exit 0")
    assert lean.project is not None
    (lean.project / "A" / "C.lean").touch()
    (tmp_path / "B.lean").touch()
    assert asked(lean, "A/C.lean") is None
    assert asked(lean, "../B.lean") is None
    os.utime(lean.path[0] / "A" / "B.olean", (0, 0))  # the file was changed since
    assert asked(lean) is None


def test_no_answer_is_no_opinion(lean: NativeLean) -> None:
    checker(lean, "sleep 60")
    assert lean.project is not None
    assert run_leanchecker(lean, lean.project / "A" / "B.lean", 0.2) is None


def test_what_becomes_of_the_verdicts() -> None:
    accepted, undecided = Accepted(("propext",), checkers=("Lean 4.28.0",)), Undecided("no time")
    checked = [CheckedTheorem("a", 1, accepted), CheckedTheorem("b", 2, undecided)]
    assert apply_check(checked, None) == checked
    agreed = [theorem.verdict for theorem in apply_check(checked, ExternalCheck(LEANCHECKER, True))]
    assert agreed == [Accepted(("propext",), checkers=("Lean 4.28.0", "leanchecker")), undecided]
    against = [
        theorem.verdict for theorem in apply_check(checked, ExternalCheck(LEANCHECKER, False, "no"))
    ]
    assert against == [Refused(RefusalReason.KERNEL, "leanchecker: no", ("propext",)), undecided]
