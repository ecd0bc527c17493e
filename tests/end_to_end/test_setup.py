"""`qstar setup` and `qstar cache`: Lean from a bundle without network; what is kept and removed."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from lean_env.toolchain.cache import default_cache_dir
from lean_env.toolchain.install import lean_folder
from lean_env.wire.client import LaunchFactory
from tests.support.command_line import EASY, qstar


@pytest.fixture(autouse=True, scope="module")
def _set_up(launch: LaunchFactory) -> None:
    launch(("Init",))


@pytest.mark.long
def test_a_bundle_installs_lean_without_network(tmp_path: Path) -> None:
    file, cache = tmp_path / "lean.tar.gz", tmp_path / "cache"
    written = qstar("setup", "--bundle", file)
    assert written.returncode == 0, written.stderr
    assert f"{file}: " in written.stdout
    no_network = {"QSTAR_CACHE": str(cache), "npm_config_registry": "http://127.0.0.1:9"}
    done = qstar("setup", "--offline", file, **no_network)
    assert done.returncode == 0, done.stderr
    assert "download" not in done.stderr
    assert qstar("prove", EASY, **no_network).returncode == 0
    assert qstar("doctor", "--full", **no_network).returncode == 0
    listed = qstar("cache", "list", **no_network).stdout
    assert "snapshots: Init\n" in listed
    assert "MB in all" in listed


@pytest.mark.parametrize("content", [b"no bundle", b"", None])
def test_what_is_no_bundle_is_refused(tmp_path: Path, content: bytes | None) -> None:
    file, cache = tmp_path / "b", tmp_path / "cache"
    if content is not None:
        file.write_bytes(content)
    done = qstar("setup", "--offline", file, QSTAR_CACHE=str(cache))
    assert done.returncode == 2
    assert f"{file}: " in done.stderr
    assert not list(cache.glob("lean/*/manifest.json"))
    again = qstar("setup", "--offline", file)  # where Lean is installed
    assert again.returncode == 2


def test_pruning_removes_what_was_not_used_for_long(tmp_path: Path) -> None:
    there = lean_folder(default_cache_dir())
    for name, age in (("new", 1), ("old", 40)):
        folder = tmp_path / "lean" / name
        shutil.copytree(there, folder, copy_function=os.link)
        (folder / "manifest.json").unlink()
        shutil.copy(there / "manifest.json", folder)
        day = time.time() - age * 86400
        os.utime(folder / "manifest.json", (day, day))
    (tmp_path / "lean" / ".new-killed").mkdir()
    assert qstar("cache", "path", QSTAR_CACHE=str(tmp_path)).stdout == f"{tmp_path}\n"
    assert qstar("cache", "prune", QSTAR_CACHE=str(tmp_path)).returncode == 0
    assert sorted(p.name for p in (tmp_path / "lean").iterdir() if p.is_dir()) == ["new"]
    assert qstar("cache", "prune", "--all", QSTAR_CACHE=str(tmp_path)).returncode == 0
    assert not [p for p in (tmp_path / "lean").iterdir() if p.is_dir()]
