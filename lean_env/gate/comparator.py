"""`comparator` (github.com/leanprover/comparator) as a further opinion: it builds statements and
proofs in sandboxes of its own and compares what both export."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from lean_env.gate.external_checks import Opinion, is_built, module_of
from lean_env.toolchain.native import NativeLean, run_program

NAME = "comparator"
TOOLS = {"landrun": "COMPARATOR_LANDRUN", "lean4export": "COMPARATOR_LEAN4EXPORT"}
"""What it needs, on PATH or where a variable says."""


def opinion(
    lean: NativeLean,
    statements: Path,
    proofs: Path,
    theorems: Sequence[str],
    *,
    axioms: Sequence[str],
    seconds: float,
    environ: Mapping[str, str],
) -> Opinion | None:
    """Whether the file `proofs` proves `theorems` as the file `statements` has them.

    None when it or what it needs is not installed, when the files are no modules of Lean's project
    or `statements` is not built, and when no answer comes in so many seconds.
    """
    modules = module_of(lean, statements), module_of(lean, proofs)
    if None in modules or not is_built(lean, statements) or not _is_installed(environ):
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
        command = ("lake", "env", NAME, str(file))
        try:
            return Opinion.of(NAME, run_program(command, environ, seconds, cwd=lean.project))
        except subprocess.TimeoutExpired:
            return None


def _is_installed(environ: Mapping[str, str]) -> bool:
    path = environ.get("PATH")
    named = [tool for tool, variable in TOOLS.items() if not environ.get(variable)]
    return all(shutil.which(program, path=path) for program in ("lake", NAME, *named))
