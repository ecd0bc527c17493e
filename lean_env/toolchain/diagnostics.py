"""What there is of Lean on this machine: the facts behind `qstar doctor`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lean_env.errors import LeanEnvError
from lean_env.toolchain.cache import folder_size, read_manifest
from lean_env.toolchain.install import LEAN_VERSION, lean_folder
from lean_env.toolchain.native import NativeLean, find_native, project_root
from lean_env.toolchain.node import HOST, HelperFailed, Node, find_node, run_helper
from lean_env.toolchain.sandbox import isolation
from lean_env.toolchain.snapshots import snapshot_folder


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotDiagnostics:
    """A snapshot in the cache.

    Attributes:
        folder: Where it is.
        imports: The modules that it has imported.
        size: Its size in bytes.
        intact: Whether its content is what was saved.
        current: Whether this version of qstar uses it.
    """

    folder: Path
    imports: tuple[str, ...]
    size: int
    intact: bool
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedDiagnostics:
    """Embedded Lean and its Node.

    `problem` says why it cannot be used; it is empty also when it is not set up yet.
    """

    node: str
    node_version: str
    folder: Path
    installed: bool
    version: str
    size: int
    snapshots: tuple[SnapshotDiagnostics, ...]
    problem: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NativeDiagnostics:
    """The native Lean of a Lake project, or the one on PATH.

    Attributes:
        project: The Lake project that was looked at.
        lean: Its Lean, or the one on PATH.
        isolation: What Lean would run in.
        problem: Why it does not work; empty if it does.
        remedy: What to do about it.
    """

    project: Path | None
    lean: NativeLean | None
    isolation: str
    problem: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostics:
    """All that `qstar doctor` reports; sizes are in bytes."""

    cache: Path
    cache_size: int
    embedded: EmbeddedDiagnostics
    native: NativeDiagnostics


def diagnose(cache: Path, project: Path | None = None, *, read_all: bool = True) -> Diagnostics:
    """Inspect the cache, embedded and native Lean; never raises.

    Args:
        cache: The cache folder, which need not exist.
        project: A Lake project, or a file or folder in it; None for the Lean on PATH.
        read_all: Whether all files of the cache are read, to find damage that leaves their sizes
            as they are; takes some seconds.

    Returns:
        All that was found.
    """
    cache = cache.expanduser().resolve()
    return Diagnostics(
        cache=cache,
        cache_size=folder_size(cache),
        embedded=_inspect_embedded(cache, read_all),
        native=_inspect_native(project),
    )


def _inspect_native(start: Path | None) -> NativeDiagnostics:
    project = project_root(start) if start is not None else None
    lean, problem, remedy = None, "", ""
    try:
        lean = find_native(project)
    except LeanEnvError as error:
        problem, remedy = str(error), error.remedy
    return NativeDiagnostics(
        project=project, lean=lean, isolation=isolation(), problem=problem, remedy=remedy
    )


def _inspect_embedded(cache: Path, read_all: bool) -> EmbeddedDiagnostics:
    folder = lean_folder(cache)
    installed = read_manifest(folder) is not None
    node: Node | None = None
    problem = remedy = ""
    try:
        node = find_node()
    except LeanEnvError as error:
        problem, remedy = str(error), error.remedy
    if node and installed and read_all and not _intact(node, "--lean", folder):
        problem, remedy = f"embedded Lean is damaged in {folder}", f"Remove {folder}."
    return EmbeddedDiagnostics(
        node=str(node.program) if node else "",
        node_version=node.version if node else "",
        folder=folder,
        installed=installed,
        version=LEAN_VERSION,
        size=folder_size(folder),
        snapshots=tuple(
            _inspect_snapshot(cache, file.parent, node, read_all)
            for file in sorted((cache / "snapshots").glob("*/manifest.json"))
        ),
        problem=problem,
        remedy=remedy,
    )


def _inspect_snapshot(
    cache: Path, folder: Path, node: Node | None, read_all: bool
) -> SnapshotDiagnostics:
    manifest = read_manifest(folder)
    imports = tuple(manifest["imports"]) if manifest else ()
    used = snapshot_folder(cache, lean_folder(cache), node, imports) if node else None
    whole = manifest is not None and node is not None
    return SnapshotDiagnostics(
        folder=folder,
        imports=imports,
        size=folder_size(folder),
        intact=whole and (not read_all or node is None or _intact(node, "--entry", folder)),
        current=manifest is None or folder == used,
    )


def _intact(node: Node, what: str, folder: Path) -> bool:
    try:
        run_helper((node.program, HOST / "main.mjs", "verify", what, folder), cwd=folder, env={})
    except (HelperFailed, OSError):
        return False
    return True
