"""The installed embedded Lean, and a snapshot of Probe.lean."""

from __future__ import annotations

from pathlib import Path

import pytest

from lean_env.toolchain.cache import default_cache_dir
from lean_env.toolchain.install import install, lean_folder
from lean_env.toolchain.launch import serve_command
from lean_env.toolchain.node import HOST, Node, find_node, run_helper
from lean_env.toolchain.snapshots import FLAGS
from tests.support.guest import MEMORY_MB, PROBE


@pytest.fixture(scope="session")
def node() -> Node:
    return find_node()


@pytest.fixture(scope="session")
def lean(node: Node) -> Path:
    """The folder of the derived module, whose sets-up is tested elsewhere."""
    cache = default_cache_dir().expanduser().resolve()
    install(cache, node)
    return lean_folder(cache)


@pytest.fixture(scope="session")
def probe(node: Node, lean: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """The command that serves Probe.lean from a snapshot, as `embedded` would start it."""
    entry = tmp_path_factory.mktemp("probe")
    save = (node.program, *FLAGS, HOST / "main.mjs", "save", "--lean", lean, "--entry", entry)
    run_helper((*save, "--library", lean / "lib", "--server", PROBE), cwd=entry, env={})
    return serve_command(node, lean, entry, MEMORY_MB)
