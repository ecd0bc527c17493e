"""lean-dojo's own tracing: it builds a repository and writes down every tactic of every proof."""

from __future__ import annotations

import shutil
from pathlib import Path

from lean_env.errors import BadInput, ToolchainError


def trace(url: str, commit: str, out: Path) -> None:
    """Raises `BadInput` when `out` is there already, `ToolchainError` when it cannot be done."""
    if out.exists():
        raise BadInput("is there already", where=str(out), remedy="choose a new folder")
    for program in ("git", "lake"):
        if shutil.which(program) is None:
            raise ToolchainError(
                f"lean-dojo traces with `{program}`, and there is none on PATH",
                remedy="Install it.  `lean_env.dojo` and `qstar collect` need no tracing.",
            )
    try:
        import lean_dojo

        lean_dojo.trace(lean_dojo.LeanGitRepo(url, commit), out)
    except Exception as error:  # whatever git, the network or Lake have to say
        raise ToolchainError(
            f"lean-dojo cannot trace {url}: {error or type(error).__name__}",
            remedy="It fetches and builds the repository: what it printed says what is missing.",
        ) from error
