"""Which Lean there is, and how to start it.

*Embedded* Lean is WebAssembly from the npm registry, run by the Node of a Python wheel: what an
untrusted tactic can reach is what the host in `wasm/` gives it: memory and time, nothing else.
*Native* Lean is the user's own: `native` finds it, `sandbox` takes from it what it does not need.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lean_env.errors import ToolchainError
from lean_env.toolchain.install import LEAN_VERSION, Progress, install, no_progress
from lean_env.toolchain.native import NativeLean, common_project, find_native, server_command
from lean_env.toolchain.node import HOST, Node, find_node
from lean_env.toolchain.sandbox import UNSANDBOXED, isolation, sandboxed_command
from lean_env.toolchain.snapshots import FLAGS, ensure_snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchSpec:
    """How to start one Lean server process.

    Attributes:
        argv: The command.
        env: The whole environment of the process.
        kind: `embedded`, `native` or `repl`.
        version: Lean's version.
        imports: The modules that the process imports.
        isolation: What keeps Lean code from doing harm: `wasm`, `bwrap`, or `unsandboxed`.
        snapshot: The folder of the snapshot that the process starts from; None for native Lean.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str]
    kind: str
    version: str
    imports: tuple[str, ...]
    isolation: str = UNSANDBOXED
    snapshot: Path | None = None

    @property
    def lean(self) -> dict[str, str]:
        """Which Lean it is, for reports and manifests."""
        return {"kind": self.kind, "version": self.version, "isolation": self.isolation}


def embedded_launch(
    cache: Path,
    imports: Sequence[str] = ("Init",),
    *,
    memory_mb: int = 2048,
    progress: Progress | None = None,
) -> LaunchSpec:
    """Prepare embedded Lean with some modules imported; what is missing for it is set up first.

    Blocks for half a minute the first time and some 20 s for new imports.

    Args:
        cache: The cache folder.
        imports: The modules to import.
        memory_mb: The limit of Lean's heap in MiB, at most 2048; the process needs some 350 MB
        beside
            it.
        progress: Told how far the set-up is.

    Returns:
        How to start it.

    Raises:
        MissingModule: Embedded Lean does not have one of the modules.
        ToolchainError: Lean or Node cannot be installed or started.
        CacheError: The cache cannot be written.
    """
    cache = cache.expanduser().resolve()
    node, report = find_node(), progress or no_progress
    lean = install(cache, node, report)
    entry = ensure_snapshot(cache, lean, node, imports, report)
    return LaunchSpec(
        argv=serve_command(node, lean, entry, memory_mb),
        env={},
        kind="embedded",
        version=LEAN_VERSION,
        imports=tuple(imports),
        isolation="wasm",
        snapshot=entry,
    )


def serve_command(node: Node, lean: Path, entry: Path, memory_mb: int) -> tuple[str, ...]:
    """Build the command of an embedded Lean server.

    The process may read its own files and write none, and cannot start programs.

    Args:
        node: The Node to run it.
        lean: The folder of embedded Lean.
        entry: The folder of the snapshot.
        memory_mb: The limit of Lean's heap in MiB.

    Returns:
        The command.
    """
    wall = read_only(HOST.resolve(), lean, entry)
    where = ("--lean", str(lean), "--entry", str(entry), "--memory", str(memory_mb))
    return (str(node.program), *FLAGS, *wall, str(HOST.resolve() / "main.mjs"), "serve", *where)


def read_only(*folders: Path) -> tuple[str, ...]:
    """Confine Node to reading some folders: no writing, no programs, nothing else of the disk.

    Args:
        *folders: The folders.

    Returns:
        The flags of Node.
    """
    readable = (f"--allow-fs-read={folder}{os.sep}*" for folder in folders)
    return ("--permission", "--allow-worker", *readable, "--disable-warning=SecurityWarning")


def native_launch(
    lean: NativeLean,
    cache: Path,
    imports: Sequence[str] = ("Init",),
    *,
    memory_mb: int = 8192,
    progress: Progress | None = None,
) -> LaunchSpec:
    """Prepare native Lean with some modules imported, confined as `sandbox` does it.

    Args:
        lean: The Lean to start.
        cache: The cache folder.
        imports: The modules to import.
        memory_mb: The limit of private memory in MiB; the default has room for Mathlib.
        progress: Told how far compiling the server is.

    Returns:
        How to start it.

    Raises:
        MissingModule: One of the modules is not built.
        UnsupportedLean: This version of Lean does not compile the server.
        CacheError: The cache cannot be written.
    """
    lean.need_modules(imports)
    command = server_command(lean, cache, progress or no_progress)
    return LaunchSpec(
        argv=sandboxed_command(
            (*command, "serve", *imports),
            readable=(lean.sysroot, *lean.path, Path(command[-1]).parent),
            memory_mb=memory_mb,
        ),
        env=lean.env,
        kind="native",
        version=lean.version,
        imports=tuple(imports),
        isolation=isolation(),
    )


def choose_lean(which: str, files: Sequence[Path] = ()) -> NativeLean | None:
    """Choose the Lean for some files.

    Args:
        which: `embedded`, `native` or `repl` (that of the Lake project that the files lie in, else
            that on PATH), or `auto`: native if the files lie in a Lake project and Lake is there.
        files: The files.

    Returns:
        The native Lean; None for embedded Lean.

    Raises:
        BadInput: The files lie in several projects.
        ToolchainError: Native Lean does not work, or is asked for and missing.
    """
    project = None if which == "embedded" else common_project(files)
    if which == "embedded" or (which == "auto" and project is None):
        return None
    lean = find_native(project)
    if lean is None and which != "auto":
        raise ToolchainError(
            f"there is no native Lean: no `{'lake' if project else 'lean'}` on PATH",
            remedy="Install it (https://lean-lang.org/install), or use `--lean embedded`.",
        )
    return lean
