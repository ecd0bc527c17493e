"""`leanchecker`, which comes with native Lean, as a further opinion: it lets the kernel check again
what Lean has built of a file."""

from __future__ import annotations

import subprocess
from pathlib import Path

from lean_env.gate.external_checks import Opinion, is_built, module_of
from lean_env.toolchain.native import NativeLean, run_program
from lean_env.toolchain.sandbox import confined

NAME = "leanchecker"
MEMORY_MB = 8192


def opinion(lean: NativeLean, file: Path, seconds: float) -> Opinion | None:
    """None when there is no `leanchecker`, when `file` is not a built module of Lean's project, or
    was changed since it was built, and when no answer comes in so many seconds."""
    program = lean.sysroot / "bin" / NAME
    module = module_of(lean, file)
    if module is None or not program.is_file() or not is_built(lean, file):
        return None
    command = confined(
        (str(program), module), readable=(lean.sysroot, *lean.path), memory_mb=MEMORY_MB
    )
    try:
        return Opinion.of(NAME, run_program(command, lean.env, seconds))
    except subprocess.TimeoutExpired:
        return None
