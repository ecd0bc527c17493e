"""The cache folder: whole or not there, whoever builds at the same time and is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from lean_env.errors import CacheError, ToolchainError
from lean_env.toolchain.cache import (
    build_folder,
    cache_errors,
    default_cache_dir,
    read_manifest,
    require_space,
)


def nothing(new: Path) -> Mapping[str, Any]:
    (new / "data").write_text("12345")
    return {"what": "nothing"}


def test_the_place_of_the_cache() -> None:
    assert default_cache_dir({"QSTAR_CACHE": "/elsewhere"}) == Path("/elsewhere")
    assert default_cache_dir({"XDG_CACHE_HOME": "/x"}) == Path("/x/qstar")
    assert default_cache_dir({}) == Path.home() / ".cache" / "qstar"


def test_a_built_folder_is_whole_and_alone(tmp_path: Path) -> None:
    build_folder(tmp_path / "root" / "a", nothing, keep=2)
    assert read_manifest(tmp_path / "root" / "a") == {"what": "nothing", "files": {"data": 5}}
    assert sorted(f.name for f in (tmp_path / "root").iterdir()) == [".lock", "a"]


@pytest.mark.parametrize("damage", ["shorter", "missing", "manifest"])
def test_a_damaged_folder_is_built_again(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "a"
    build_folder(folder, nothing, keep=2)
    if damage == "shorter":
        (folder / "data").write_text("123")
    elif damage == "missing":
        (folder / "data").unlink()
    else:
        (folder / "manifest.json").write_text('{"what": "noth')
    assert read_manifest(folder) is None
    build_folder(folder, nothing, keep=2)
    assert (folder / "data").read_text() == "12345"


def test_a_failed_build_leaves_nothing(tmp_path: Path) -> None:
    def fails(new: Path) -> Mapping[str, Any]:
        (new / "half").write_text("written")
        raise ToolchainError("no")

    with pytest.raises(ToolchainError):
        build_folder(tmp_path / "a", fails, keep=2)
    assert [f.name for f in tmp_path.iterdir()] == [".lock"]


def test_the_last_used_folders_stay(tmp_path: Path) -> None:
    for age, name in enumerate("abc"):
        build_folder(tmp_path / name, nothing, keep=9)
        os.utime(tmp_path / name / "manifest.json", (1000 - age, 1000 - age))
    build_folder(tmp_path / "new", nothing, keep=2)
    assert sorted(f.name for f in tmp_path.iterdir()) == [".lock", "a", "new"]


BUILDER = """
import sys
from pathlib import Path
from lean_env.toolchain.cache import build_folder

def waiting():
    print("waiting", flush=True)

def make(new):
    (new / "data").write_text(sys.argv[2])
    print("building", flush=True)
    sys.stdin.readline()
    return {}

build_folder(Path(sys.argv[1]), make, keep=2, waiting=waiting)
print("done", flush=True)
"""


def builder(folder: Path, text: str) -> subprocess.Popen[str]:
    """A process that begins to build `folder` and ends it when it is sent a line."""
    return subprocess.Popen(
        [sys.executable, "-c", BUILDER, str(folder), text],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_two_processes_build_once(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    with builder(folder, "first") as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "building\n"
        with builder(folder, "second") as second:
            assert second.stdout is not None
            assert second.stdout.readline() == "waiting\n"
            first.communicate("go on\n")
            out, _ = second.communicate("go on\n")
            assert out == "done\n"
    assert (folder / "data").read_text() == "first"


def test_a_killed_build_is_taken_over(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    with builder(folder, "killed") as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "building\n"
        first.send_signal(signal.SIGKILL)
    assert len(list(tmp_path.glob(".new-*"))) == 1
    build_folder(folder, nothing, keep=2)
    assert (folder / "data").read_text() == "12345"
    assert list(tmp_path.glob(".new-*")) == []


def test_a_full_disk_is_named(tmp_path: Path) -> None:
    with pytest.raises(CacheError, match="disk is full") as caught, cache_errors(tmp_path):
        Path("/dev/full").write_text("x")
    assert "QSTAR_CACHE" in caught.value.remedy
    with pytest.raises(CacheError, match=r"needs 1000000\.0 GB"):
        require_space(tmp_path, 10**15, "a trial")
