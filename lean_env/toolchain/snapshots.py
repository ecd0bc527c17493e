"""Snapshots of embedded Lean: a process that has imported some modules and waits for requests.

A snapshot is tied to everything that went into it: the derived module, the host, Node, the Lean
server and the imports.  Its folder's name is the hash of these, so a change makes a new one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from lean_env.errors import MissingModule, ToolchainError
from lean_env.toolchain.cache import build_folder, require_space, touch_if_intact
from lean_env.toolchain.install import WAITING, Progress, no_progress
from lean_env.toolchain.node import HOST, HelperFailed, Node, run_helper
from lean_env.toolchain.server_source import EMBEDDED_MAIN, bundle

FLAGS = ("--allow-natives-syntax",)
"""Of Node; V8 compares the flags under which it saved code with those it runs under."""

SPACE_BYTES = 1_000_000_000
KEPT = 6
"""How many stay in the cache; one has some 380 MB, with `import Lean` twice that."""

WARM_UP = HOST / "warmup.jsonl"


def snapshot_folder(cache: Path, lean: Path, node: Node, imports: Sequence[str]) -> Path:
    """Where the snapshot for `imports` is or will be: a hash of all that it depends on."""
    key = hashlib.sha256()
    for part in (lean.name, node.identity, *FLAGS, bundle(main=EMBEDDED_MAIN).text, *imports):
        key.update(f"{len(part)}:{part}".encode())
    for file in sorted([*HOST.glob("*.mjs"), WARM_UP]):
        key.update(file.read_bytes())
    return cache / "snapshots" / key.hexdigest()[:24]


def ensure_snapshot(
    cache: Path, lean: Path, node: Node, imports: Sequence[str], progress: Progress = no_progress
) -> Path:
    """Find the snapshot for some imports, made if it is missing or damaged.

    Args:
        cache: The cache folder.
        lean: The folder of embedded Lean.
        node: The Node to run it.
        imports: The modules to import.
        progress: Told how far the work is.

    Returns:
        The folder of the snapshot.

    Raises:
        MissingModule: Embedded Lean does not have one of the modules.
        ToolchainError: Lean does not start.
        CacheError: The cache cannot be written.
    """
    _need_modules(lean / "lib", imports)
    folder = snapshot_folder(cache, lean, node, imports)
    if touch_if_intact(folder):
        return folder
    wanted = list(imports)

    def make(new: Path) -> Mapping[str, Any]:
        require_space(new, SPACE_BYTES, "a snapshot of Lean")
        host = (str(node.program), *FLAGS, str(HOST / "main.mjs"))
        where = ("--lean", str(lean), "--entry", str(new))
        source = new / "server.lean"
        source.write_text(bundle(main=EMBEDDED_MAIN).text, encoding="utf-8")
        names = [arg for module in wanted for arg in ("--imports", module)]
        save = (*host, "save", *where, "--library", str(lean / "lib"), "--server", str(source))
        _run((*save, *names), new, partial(progress, "snapshot"))
        _run((*host, "warm", *where, "--requests", str(WARM_UP)), new, partial(progress, "warm up"))
        source.unlink()
        return {"imports": wanted, "lean": lean.name, "node": node.identity}

    build_folder(folder, make, keep=KEPT, waiting=lambda: progress(WAITING, 0, 1))
    return folder


def _need_modules(library: Path, imports: Sequence[str]) -> None:
    for module in imports:
        if not library.joinpath(*module.split(".")).with_suffix(".olean").is_file():
            raise MissingModule(
                f"embedded Lean has no module '{module}', only Init, Std and Lean",
                where="header",
                remedy="Others need native Lean: put the statement into a .lean or .jsonl file "
                "of a built Lake project, for `qstar prove`, `verify` or `eval`.",
            )


def _run(argv: tuple[str, ...], new: Path, progress: Callable[[int, int], None]) -> None:
    try:
        run_helper(argv, cwd=new, env={}, meanwhile=partial(progress, 0, 1))
        progress(1, 1)
    except HelperFailed as failed:
        # Lean's own complaints are about lines of the bundle
        said = re.sub(
            r"/server\.lean:(\d+)",
            lambda m: bundle(main=EMBEDDED_MAIN).locate(int(m[1])),
            failed.stderr,
        )
        raise ToolchainError(
            f"embedded Lean does not start: {said[-2000:] or 'it was killed'}",
            remedy="See `qstar doctor`; it needs 1.5 GB of memory while it is set up.",
        ) from failed
