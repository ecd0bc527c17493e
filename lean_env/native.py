"""Native Lean: the user's own, found through a project, `lake`, `elan` or PATH."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

VERSION_SECONDS = 20.0
_LAKE_FILES = ("lakefile.lean", "lakefile.toml")
_VERSION = re.compile(r"version (\S+?),")


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeLean:
    """`project` is the root of the Lake project it runs in, if any; `command` starts Lean there."""

    command: tuple[str, ...]
    version: str
    project: Path | None


def project_root(start: Path) -> Path | None:
    """The folder of the Lake project that `start`, a file or folder, lies in."""
    for folder in (start.resolve(), *start.resolve().parents):
        if any((folder / name).is_file() for name in _LAKE_FILES):
            return folder
    return None


def find_native(start: Path | None, environ: Mapping[str, str] | None = None) -> NativeLean | None:
    """Lean for `start`, or the one on PATH; None when there is none that answers."""
    environ = os.environ if environ is None else environ
    path = environ.get("PATH", "") + os.pathsep + str(Path.home() / ".elan" / "bin")
    lean, lake = shutil.which("lean", path=path), shutil.which("lake", path=path)
    project = project_root(start) if start is not None else None
    if project is not None and lake is not None:
        command: tuple[str, ...] = (lake, "--dir", str(project), "env", "lean")
    elif lean is not None:
        command, project = (lean,), None
    else:
        return None
    version = _version(command, project, environ)
    return NativeLean(command=command, version=version, project=project) if version else None


def _version(command: tuple[str, ...], cwd: Path | None, env: Mapping[str, str]) -> str | None:
    """None when it does not answer soon: `elan` may be about to download a toolchain."""
    try:
        done = subprocess.run(
            [*command, "--version"],
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=VERSION_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    match = _VERSION.search(done.stdout)
    return match[1] if match else None
