"""Programs beside the gate that check what native Lean has built: `leanchecker` and `comparator`.

Neither replaces the gate: each can only add its name to an accepted verdict or turn it down.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from lean_env.gate.verifier import CheckedTheorem
from lean_env.toolchain.native import NativeLean, run_program
from lean_env.toolchain.sandbox import sandboxed_command
from lean_env.types import Accepted, RefusalReason, Refused, Verdict

LEANCHECKER = "leanchecker"
LEANCHECKER_MEMORY_MB = 8192

COMPARATOR = "comparator"
COMPARATOR_TOOLS = {"landrun": "COMPARATOR_LANDRUN", "lean4export": "COMPARATOR_LEAN4EXPORT"}
"""The programs that comparator runs, and the environment variables that may name their paths.

Without its variable a program has to be on PATH."""


@dataclass(frozen=True, slots=True)
class ExternalCheck:
    """What an external checker reports about all theorems of a file.

    Attributes:
        checker: The name of the program.
        ok: Whether it accepts the file.
        message: Why it does not; empty when it does.
    """

    checker: str
    ok: bool
    message: str = ""

    @classmethod
    def from_process(cls, checker: str, process: subprocess.CompletedProcess[str]) -> ExternalCheck:
        """Read the exit status of a checker; the last line of its output is the message.

        Args:
            checker: The name of the program.
            process: The finished process, with its captured output.

        Returns:
            An accepting check for exit status 0, a rejecting one for any other.
        """
        if process.returncode == 0:
            return cls(checker, True)
        output = (process.stderr or process.stdout).strip().splitlines()
        return cls(checker, False, output[-1] if output else f"status {process.returncode}")

    def apply_to(self, verdict: Verdict) -> Verdict:
        """Combine this check with the verdict of the gate.

        Args:
            verdict: What the gate decided about one theorem of the file.

        Returns:
            An accepted verdict with the checker's name added, or `Refused` if the checker rejects
            the file.  Verdicts that are not `Accepted` come back unchanged.
        """
        if not isinstance(verdict, Accepted):
            return verdict
        if self.ok:
            return replace(verdict, checkers=(*verdict.checkers, self.checker))
        why = f"{self.checker}: {self.message}"
        return Refused(RefusalReason.KERNEL, why, verdict.axioms, verdict.seconds)


def apply_check(
    theorems: Sequence[CheckedTheorem], check: ExternalCheck | None
) -> list[CheckedTheorem]:
    """Combine an external check of a file with the verdicts on all its theorems.

    Args:
        theorems: What the gate decided, one entry a theorem.
        check: What the external checker reports; None when it did not run.

    Returns:
        The theorems in the same order, with the combined verdicts.
    """
    if check is None:
        return list(theorems)
    return [replace(theorem, verdict=check.apply_to(theorem.verdict)) for theorem in theorems]


def run_leanchecker(lean: NativeLean, file: Path, seconds: float) -> ExternalCheck | None:
    """Let `leanchecker`, which comes with Lean, replay the built module of a file in the kernel.

    Args:
        lean: The Lean of the project that `file` belongs to.
        file: A Lean file of that project.
        seconds: The time limit.

    Returns:
        Its report.  None when there is no `leanchecker`, when `file` is not a module of the project
        or has changed since it was built, and when the time limit is reached.
    """
    program = lean.sysroot / "bin" / LEANCHECKER
    module = module_of(lean, file)
    if module is None or not program.is_file() or not is_built(lean, file):
        return None
    command = sandboxed_command(
        (str(program), module),
        readable=(lean.sysroot, *lean.path),
        memory_mb=LEANCHECKER_MEMORY_MB,
    )
    try:
        return ExternalCheck.from_process(LEANCHECKER, run_program(command, lean.env, seconds))
    except subprocess.TimeoutExpired:
        return None


def run_comparator(
    lean: NativeLean,
    statements: Path,
    proofs: Path,
    theorems: Sequence[str],
    *,
    axioms: Sequence[str],
    seconds: float,
    environ: Mapping[str, str],
) -> ExternalCheck | None:
    """Let `comparator` decide whether one file proves what another one states.

    It builds both files in sandboxes of its own and compares what they export
    (github.com/leanprover/comparator).

    Args:
        lean: The Lean of the project that both files belong to.
        statements: The file with the statements.
        proofs: The file with the proofs.
        theorems: The names of the theorems to compare.
        axioms: The axioms that the proofs may use.
        seconds: The time limit.
        environ: The environment variables of the process.

    Returns:
        Its report.  None when comparator or a tool it needs is not installed, when the files are
        not modules of the project or `statements` is not built, and when the time limit is reached.
    """
    modules = module_of(lean, statements), module_of(lean, proofs)
    if None in modules or not is_built(lean, statements) or not _has_comparator(environ):
        return None
    config = {
        "challenge_module": modules[0],
        "solution_module": modules[1],
        "theorem_names": list(theorems),
        "permitted_axioms": list(axioms),
        "enable_nanoda": False,
    }
    with TemporaryDirectory() as folder:
        file = Path(folder, "config.json")
        file.write_text(json.dumps(config, ensure_ascii=False), encoding="utf-8")
        command = ("lake", "env", COMPARATOR, str(file))
        try:
            process = run_program(command, environ, seconds, cwd=lean.project)
        except subprocess.TimeoutExpired:
            return None
    return ExternalCheck.from_process(COMPARATOR, process)


def module_of(lean: NativeLean, file: Path) -> str | None:
    """Name the module that a file of a Lake project is.

    Args:
        lean: The Lean of the project.
        file: A Lean file.

    Returns:
        The module's name, such as `Foo.Bar`; None for a file outside the project.
    """
    source = file.resolve()
    if lean.project is None or not source.is_relative_to(lean.project):
        return None
    return ".".join(source.relative_to(lean.project).with_suffix("").parts)


def is_built(lean: NativeLean, file: Path) -> bool:
    """Check that the `.olean` file of a module is not older than its source.

    Args:
        lean: The Lean of the project.
        file: A Lean file.

    Returns:
        False also for a file that is no module of the project.
    """
    if (module := module_of(lean, file)) is None:
        return False
    olean = Path(*module.split(".")).with_suffix(".olean")
    built = next((f for folder in lean.path if (f := folder / olean).is_file()), None)
    return built is not None and built.stat().st_mtime >= file.stat().st_mtime


def _has_comparator(environ: Mapping[str, str]) -> bool:
    path = environ.get("PATH")
    tools = [tool for tool, variable in COMPARATOR_TOOLS.items() if not environ.get(variable)]
    return all(shutil.which(program, path=path) for program in ("lake", COMPARATOR, *tools))
