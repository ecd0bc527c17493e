"""What another checker, which comes with native Lean, says beside the gate."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lean_env.gate.verifier import CheckedTheorem
from lean_env.toolchain.native import NativeLean
from lean_env.types import Accepted, Refusal, Refused, Verdict


@dataclass(frozen=True, slots=True)
class Opinion:
    """What `checker` says of all theorems of a file; `message` is why it is against them."""

    checker: str
    ok: bool
    message: str = ""

    @classmethod
    def of(cls, checker: str, done: subprocess.CompletedProcess[str]) -> Opinion:
        """By the exit status of a program.  Its last words are the reason."""
        said = (done.stderr or done.stdout).strip().splitlines() or [f"status {done.returncode}"]
        return cls(checker, True) if done.returncode == 0 else cls(checker, False, said[-1])

    def on(self, verdict: Verdict) -> Verdict:
        """`verdict`, if it stands after this."""
        if not isinstance(verdict, Accepted):
            return verdict
        if self.ok:
            return replace(verdict, checkers=(*verdict.checkers, self.checker))
        why = f"{self.checker}: {self.message}"
        return Refused(Refusal.KERNEL, why, verdict.axioms, verdict.seconds)


def with_opinion(
    checked: Sequence[CheckedTheorem], further: Opinion | None
) -> list[CheckedTheorem]:
    """The verdicts on a file, as a further opinion leaves them."""
    if further is None:
        return list(checked)
    return [replace(theorem, verdict=further.on(theorem.verdict)) for theorem in checked]


def module_of(lean: NativeLean, file: Path) -> str | None:
    """The module that a file of Lean's project is; None for other files."""
    source = file.resolve()
    if lean.project is None or not source.is_relative_to(lean.project):
        return None
    return ".".join(source.relative_to(lean.project).with_suffix("").parts)


def is_built(lean: NativeLean, file: Path) -> bool:
    """Whether what Lean has built of the file's module is of the file as it is."""
    if (module := module_of(lean, file)) is None:
        return False
    olean = Path(*module.split(".")).with_suffix(".olean")
    built = next((f for folder in lean.path if (f := folder / olean).is_file()), None)
    return built is not None and built.stat().st_mtime >= file.stat().st_mtime
