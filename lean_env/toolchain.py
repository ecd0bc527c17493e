"""Which Lean there is, and how to start it.

*Embedded* Lean is WebAssembly from the npm registry, run by the Node of a Python wheel: what an
untrusted tactic can reach is what the host in `wasm/` gives it: memory and time, nothing else.
*Native* Lean is the user's own, with the user's own rights.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lean_env.bundle import bundle
from lean_env.cache import default_cache_dir, writing
from lean_env.facts import EmbeddedFacts, Facts, inspect
from lean_env.install import LEAN_VERSION, Progress, install, silent
from lean_env.native import find_native
from lean_env.node import HOST, Node, find_node
from lean_env.snapshots import FLAGS, take

__all__ = [
    "EmbeddedFacts",
    "Facts",
    "Launch",
    "Progress",
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

    Raises `ToolchainError`, `CacheError`, or `InvalidHeader` for a module that it does not have.
    """
    cache = cache.expanduser().resolve()
    node, report = find_node(), progress or silent
    lean = install(cache, node, report)
    entry = take(cache, lean, node, imports, report)
    return Launch(
        argv=serve_command(node, lean, entry, memory_mb),
        env={},
        kind="embedded",
        version=LEAN_VERSION,
        imports=tuple(imports),
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
