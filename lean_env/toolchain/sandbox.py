"""Taking from native Lean what it does not need of its user's rights.

Everywhere limits on memory, processor time and files; where bubblewrap (`bwrap`) works also no
network, no other processes, a read-only view of the machine, and of the user's home only what Lean
must read.  Embedded Lean needs none of this: its host gives it nothing.
"""

from __future__ import annotations

import functools
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

LIMITS_SCRIPT = Path(__file__).with_name("run_with_limits.py")
CPU_SECONDS = 4 * 3600
"""Of one process.  A worker that has used up so much is killed and replaced."""

FILE_MB = 256
"""Of each file of a process that may write at all."""

UNSANDBOXED = "unsandboxed"
_PROBE_SECONDS = 10.0
_APART = ("--unshare-all", "--die-with-parent", "--new-session")
_WORLD = ("--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc")


def isolation() -> str:
    """What keeps native Lean from doing harm: `bwrap`, or `unsandboxed`."""
    return "bwrap" if _bwrap() else UNSANDBOXED


def sandboxed_command(
    argv: Sequence[str],
    *,
    readable: Sequence[Path],
    memory_mb: int,
    writable: Sequence[Path] = (),
    home: Path | None = None,
) -> tuple[str, ...]:
    """Put a command under limits and, where bubblewrap works, into a sandbox.

    Args:
        argv: The command.
        readable: What it may read of the user's home and of the folder for temporary files.
        memory_mb: The limit of private memory in MiB.
        writable: The folders that it may write.
        home: The home folder to hide; the user's if left out.

    Returns:
        The command with the limits and the sandbox in front.
    """
    numbers = (memory_mb, CPU_SECONDS, FILE_MB if writable else 0)
    limits = (sys.executable, "-I", "-S", str(LIMITS_SCRIPT), *map(str, numbers))
    bwrap = _bwrap()
    if bwrap is None:
        return (*limits, *argv)
    hidden = {Path(tempfile.gettempdir()).resolve(), (home or Path.home()).resolve()} - {Path("/")}
    hide = [arg for folder in sorted(hidden) for arg in ("--tmpfs", str(folder))]
    seen = sorted({path.resolve() for path in readable})
    show = [arg for path in seen for arg in ("--ro-bind-try", str(path), str(path))]
    show += [
        arg for path in writable for arg in ("--bind", str(path.resolve()), str(path.resolve()))
    ]
    return (*limits, bwrap, *_APART, *_WORLD, *hide, *show, "--chdir", "/", "--", *argv)


def _bwrap() -> str | None:
    """bubblewrap, if it is there and the system lets it work."""
    program = shutil.which("bwrap")
    return program if program and _works(program) else None


@functools.cache
def _works(program: str) -> bool:
    try:
        subprocess.run(
            (program, *_APART, *_WORLD, "--", "/bin/sh", "-c", "exit"),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PROBE_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return True
