"""leanprover-community/repl for the Lean of a project: found in the project, or built for it.

`lean-interact` has a source of it for every Lean from 4.8 on and builds that with Lake, once.  It
is used for nothing else: the program is started here, confined like our own server.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from lean_env.errors import ToolchainError
from lean_env.toolchain.install import Progress, no_progress
from lean_env.toolchain.launch import LaunchSpec
from lean_env.toolchain.native import NativeLean
from lean_env.toolchain.sandbox import isolation, sandboxed_command

REPL_KIND = "repl"
"""The `LaunchSpec.kind` of a process of the REPL."""

_PROGRAM = Path(".lake", "build", "bin", "repl")
_PACKAGE_NAMES = ("REPL", "repl")
_INSTALL = "Install qstar with the extra `native` (`pip install 'qstar-prover[native]'`)."


@dataclass(frozen=True, slots=True)
class ReplLauncher:
    """How to start the REPL of a Lean: one program, whatever a header imports.

    Attributes:
        lean: The Lean that it was built with.
        spec: How to start a process.
        cache: The cache folder.
    """

    lean: NativeLean
    spec: LaunchSpec
    cache: Path

    def __call__(self, imports: Sequence[str] = ("Init",)) -> LaunchSpec:  # noqa: ARG002
        """Return how to start a process; the REPL imports what each header wants."""
        return self.spec


def repl_launcher(
    lean: NativeLean, cache: Path, *, memory_mb: int = 8192, progress: Progress = no_progress
) -> ReplLauncher:
    """Prepare the REPL for a Lean, confined as `sandbox` does it.

    Args:
        lean: The Lean, with the modules of its project.
        cache: The cache folder, where the REPL is built.
        memory_mb: The limit of private memory in MiB; the default has room for Mathlib.
        progress: Called with the stage of the set-up.

    Returns:
        How to start it.

    Raises:
        ToolchainError: There is no REPL for this Lean, and it cannot be built.
    """
    program = existing_repl(lean) or _build(lean, cache.expanduser().resolve(), progress)
    command = sandboxed_command(
        (str(program),),
        readable=(lean.sysroot, *lean.path, program.parent),
        memory_mb=memory_mb,
    )
    spec = LaunchSpec(
        argv=command,
        env=lean.env,
        kind=REPL_KIND,
        version=lean.version,
        imports=("Init",),
        isolation=isolation(),
    )
    return ReplLauncher(lean, spec, cache)


def existing_repl(lean: NativeLean) -> Path | None:
    """Find the REPL among the packages of a project.

    Args:
        lean: The Lean of the project.

    Returns:
        The program; None where the project does not require it, or has not built it.
    """
    if lean.project is None:
        return None
    packages = lean.project / ".lake" / "packages"
    programs = (packages / name / _PROGRAM for name in _PACKAGE_NAMES)
    return next((program for program in programs if program.is_file()), None)


def why_no_repl(lean: NativeLean) -> str:
    """Say what keeps the REPL from being used, without building it.

    Args:
        lean: The Lean that it would be for.

    Returns:
        The reason; empty when it is there or can be built.
    """
    if existing_repl(lean) or find_spec("lean_interact"):
        return ""
    return f"the package lean-interact is not installed, which builds the REPL.  {_INSTALL}"


def _build(lean: NativeLean, cache: Path, progress: Progress) -> Path:
    if reason := why_no_repl(lean):
        raise ToolchainError(f"there is no REPL for Lean {lean.version}", remedy=reason)
    package = importlib.import_module("lean_interact")  # slow, and an extra
    source = (
        {"project": package.LocalProject(directory=str(lean.project), auto_build=False)}
        if lean.project
        else {"lean_version": f"v{lean.version}"}
    )
    progress("repl", 0, 1)
    try:
        config = package.LeanREPLConfig(**source, cache_dir=cache / "repl")
    except Exception as error:  # of git, Lake, the network, the version: whatever it raises
        raise ToolchainError(
            f"the REPL for Lean {lean.version} cannot be built: {error}",
            remedy="It is fetched with git and built with `lake build`, the first time only.",
        ) from error
    progress("repl", 1, 1)
    program = Path(config.cache_repl_dir) / _PROGRAM
    if not program.is_file():
        raise ToolchainError(f"lean-interact has built no {program}")
    return program
