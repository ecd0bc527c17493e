"""Which Lean there is, and how to start it.

*Embedded* Lean is WebAssembly from the npm registry, run by the Node of a Python wheel: what an
untrusted tactic can reach is what the host in `wasm/` hands it: memory and time, nothing else.
*Native* Lean is the user's own, with the user's own rights.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lean_env.bundle import bundle
from lean_env.cache import default_cache_dir, read_manifest, size_of, writing
from lean_env.errors import LeanEnvError
from lean_env.install import LEAN_VERSION, Progress, install, lean_folder, silent
from lean_env.native import NativeLean, find_native
from lean_env.node import HOST, ChildFailed, Node, find_node, run_child
from lean_env.snapshots import FLAGS, take

__all__ = [
    "EmbeddedFacts",
    "Facts",
    "Launch",
    "Progress",
    "SnapshotFacts",
    "default_cache_dir",
    "embedded",
    "inspect",
    "native",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """How to start one Lean server process.  `env` is the whole environment of the child."""

    argv: tuple[str, ...]
    env: Mapping[str, str]
    kind: str
    version: str
    imports: tuple[str, ...]


def embedded(
    cache: Path,
    imports: Sequence[str] = ("Init",),
    *,
    memory_mb: int = 2048,
    progress: Progress | None = None,
) -> Launch:
    """Start embedded Lean with these modules imported.  What is missing for it is set up first.

    `memory_mb` caps Lean's heap (at most 2048); the process needs some 350 MB beside it.  Blocks
    for half a minute the first time and some 20 s for new imports.

    Raises `ToolchainError` or `CacheError`.
    """
    cache = cache.expanduser().resolve()
    node, report = find_node(), progress or silent
    lean = install(cache, node, report)
    entry = take(cache, lean, node, imports, report)
    return Launch(
        argv=_serve(node, lean, entry, memory_mb),
        env={},
        kind="embedded",
        version=LEAN_VERSION,
        imports=tuple(imports),
    )


def _serve(node: Node, lean: Path, entry: Path, memory_mb: int) -> tuple[str, ...]:
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


def native(
    project: Path | None, imports: Sequence[str] = ("Init",), *, cache: Path
) -> Launch | None:
    """Start the user's own Lean, inside the Lake project that `project` lies in if there is one.

    The server's source is written to `cache`.  None when there is no native Lean.
    """
    lean = find_native(project)
    if lean is None:
        return None
    text = bundle().text
    name = f"server-{hashlib.sha256(text.encode()).hexdigest()[:16]}.lean"
    source = cache.expanduser().resolve() / "native" / name
    with writing(source.parent):
        if not source.exists():
            source.parent.mkdir(parents=True, exist_ok=True)
            unfinished = source.with_suffix(f".{os.getpid()}")
            unfinished.write_text(text, encoding="utf-8")
            unfinished.rename(source)
    return Launch(
        argv=(*lean.command, "--run", str(source), "serve", *imports),
        env=dict(os.environ),
        kind="native",
        version=lean.version,
        imports=tuple(imports),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotFacts:
    """`intact` is whether its content is what was saved."""

    folder: Path
    imports: tuple[str, ...]
    size: int
    intact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedFacts:
    """`problem` says why embedded Lean cannot be used; empty also when it is not set up yet."""

    node: str
    node_version: str
    folder: Path
    installed: bool
    version: str
    size: int
    snapshots: tuple[SnapshotFacts, ...]
    problem: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    cache: Path
    cache_size: int
    embedded: EmbeddedFacts
    native: NativeLean | None


def inspect(cache: Path, project: Path | None = None) -> Facts:
    """What is there, for `qstar doctor`.  Reads the snapshots through; never raises."""
    cache = cache.expanduser().resolve()
    return Facts(
        cache=cache,
        cache_size=size_of(cache) if cache.is_dir() else 0,
        embedded=_inspect_embedded(cache),
        native=find_native(project),
    )


def _inspect_embedded(cache: Path) -> EmbeddedFacts:
    folder = lean_folder(cache)
    installed = read_manifest(folder) is not None
    node: Node | None = None
    problem = remedy = ""
    try:
        node = find_node()
    except LeanEnvError as error:
        problem, remedy = str(error), error.remedy
    snapshots = sorted((cache / "snapshots").glob("*/manifest.json"))
    return EmbeddedFacts(
        node=str(node.program) if node else "",
        node_version=node.version if node else "",
        folder=folder,
        installed=installed,
        version=LEAN_VERSION,
        size=size_of(folder) if installed else 0,
        snapshots=tuple(_inspect_snapshot(file.parent, node) for file in snapshots),
        problem=problem,
        remedy=remedy,
    )


def _inspect_snapshot(folder: Path, node: Node | None) -> SnapshotFacts:
    manifest = read_manifest(folder)
    intact = manifest is not None
    if intact and node is not None:
        argv = (node.program, HOST / "main.mjs", "verify", "--entry", folder)
        try:
            run_child(argv, cwd=folder, env={})
        except (ChildFailed, OSError):
            intact = False
    imports = tuple(manifest["imports"]) if manifest else ()
    return SnapshotFacts(folder=folder, imports=imports, size=size_of(folder), intact=intact)
