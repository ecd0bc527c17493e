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
    """How to start one Lean server process.  `env` is the whole environment of the child,
    `isolation` what keeps Lean code from doing harm: `wasm`, `bwrap`, or `unsandboxed`."""

    argv: tuple[str, ...]
    env: Mapping[str, str]
    kind: str
    version: str
    imports: tuple[str, ...]
    isolation: str = UNSANDBOXED

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
    """Start embedded Lean with these modules imported.  What is missing for it is set up first.

    `memory_mb` caps Lean's heap (at most 2048); the process needs some 350 MB beside it.  Blocks
    for half a minute the first time and some 20 s for new imports.

    Raises `ToolchainError`, `CacheError`, or `InvalidHeader` for a module that it does not have.
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
    )


def serve_command(node: Node, lean: Path, entry: Path, memory_mb: int) -> tuple[str, ...]:
    """The process may read its own files and write none, and cannot start programs."""
    readable = (HOST.resolve(), lean, entry)
    wall = (
        "--permission",
        "--allow-worker",
        *(f"--allow-fs-read={folder}{os.sep}*" for folder in readable),
        "--disable-warning=SecurityWarning",
    )
    where = ("--lean", str(lean), "--entry", str(entry), "--memory", str(memory_mb))
    return (str(node.program), *FLAGS, *wall, str(HOST.resolve() / "main.mjs"), "serve", *where)


def native_launch(
    lean: NativeLean,
    cache: Path,
    imports: Sequence[str] = ("Init",),
    *,
    memory_mb: int = 8192,
    progress: Progress | None = None,
) -> LaunchSpec:
    """Start this Lean, confined as `sandbox` says, with these modules imported.

    `memory_mb` is a last limit on private memory, in which Mathlib has room.  Raises
    `InvalidHeader` for a module that is not built, `ToolchainError` for a version of Lean that does
    not take the server, `CacheError`.
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
    """The Lean for `files`; None is embedded Lean.

    `which` is `embedded`, `native` (that of the Lake project which the files lie in, else that on
    PATH), or `auto`: native where the files lie in a Lake project and Lake is there.  Raises
    `BadInput` for files of several projects, `ToolchainError` where native Lean does not work.
    """
    project = None if which == "embedded" else common_project(files)
    if which == "embedded" or (which == "auto" and project is None):
        return None
    lean = find_native(project)
    if lean is None and which == "native":
        raise ToolchainError(
            f"there is no native Lean: no `{'lake' if project else 'lean'}` on PATH",
            remedy="Install it (https://lean-lang.org/install), or use `--lean embedded`.",
        )
    return lean
