"""`leanchecker`, which comes with native Lean, as a further opinion: it lets the kernel check again
what Lean has built of a file."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lean_env.native import NativeLean, run_program
from lean_env.sandbox import confined
from lean_env.types import Accepted, Refusal, Refused, Verdict
from lean_env.verify import CheckedTheorem

NAME = "leanchecker"
MEMORY_MB = 8192


@dataclass(frozen=True, slots=True)
class Opinion:
    """What it says of all theorems of a file; `message` is why it is against them."""

    ok: bool
    message: str = ""

    def on(self, verdict: Verdict) -> Verdict:
        """`verdict`, if it stands after this."""
        if not isinstance(verdict, Accepted):
            return verdict
        if self.ok:
            return replace(verdict, checkers=(*verdict.checkers, NAME))
        why = f"{NAME}: {self.message}"
        return Refused(Refusal.KERNEL, why, verdict.axioms, verdict.seconds)


def opinion(lean: NativeLean, file: Path, seconds: float) -> Opinion | None:
    """None when there is no `leanchecker`, when `file` is not a built module of Lean's project, or
    was changed since it was built, and when no answer comes in so many seconds."""
    program = lean.sysroot / "bin" / NAME
    source = file.resolve()
    if lean.project is None or not source.is_relative_to(lean.project) or not program.is_file():
        return None
    module = source.relative_to(lean.project).with_suffix("")
    if not _is_built(lean, module, source):
        return None
    command = confined(
        (str(program), ".".join(module.parts)),
        readable=(lean.sysroot, *lean.path),
        memory_mb=MEMORY_MB,
    )
    try:
        done = run_program(command, lean.env, seconds)
    except subprocess.TimeoutExpired:
        return None
    said = (done.stderr or done.stdout).strip().splitlines() or [f"status {done.returncode}"]
    return Opinion(True) if done.returncode == 0 else Opinion(False, said[-1])


def with_opinion(
    checked: Sequence[CheckedTheorem], further: Opinion | None
) -> list[CheckedTheorem]:
    """The verdicts on a file, as a further opinion leaves them."""
    if further is None:
        return list(checked)
    return [replace(theorem, verdict=further.on(theorem.verdict)) for theorem in checked]


def _is_built(lean: NativeLean, module: Path, source: Path) -> bool:
    built = next((f for p in lean.path if (f := p / module.with_suffix(".olean")).is_file()), None)
    return built is not None and built.stat().st_mtime >= source.stat().st_mtime
