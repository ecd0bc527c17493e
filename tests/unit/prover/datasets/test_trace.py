"""lean-dojo's tracing, as far as it can be tried where nothing outside is reached."""

from __future__ import annotations

import errno
import os
import shutil
import socket
import subprocess
from pathlib import Path
from urllib.error import HTTPError, URLError

import pytest
import requests

from lean_env.errors import BadInput, ToolchainError
from prover.datasets.formats.lean_dojo_repository import (
    remove_on_error,
    trace_repository,
    tracing_error,
)
from tests.support.command_line import qstar
from tests.support.toolchains import put_program

pytestmark = pytest.mark.slow

NOWHERE = "http://127.0.0.1:9"
"""Nobody listens there."""


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A `lake` that can build nothing, and a `lean`."""
    folder = tmp_path / "bin"
    folder.mkdir()
    put_program(folder / "lake", "exit 7")
    put_program(folder / "lean", "exit 7")
    return folder


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Of one commit on the branch `main`, with a `lean-toolchain`."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "lean-toolchain").write_text("leanprover/lean4:v4.20.0\n")
    commit(folder, "init", "--initial-branch=main")
    commit(folder, "add", ".")
    commit(folder, "commit", "--message=first")
    return folder


def commit(folder: Path, *command: str) -> None:
    who = ("-c", "user.name=n", "-c", "user.email=n@example.org")
    subprocess.run(("git", *who, *command), cwd=folder, check=True, capture_output=True)


def ends(programs: Path, tmp_path: Path, *arguments: str | Path, **environ: str) -> tuple[int, str]:
    """With which exit code, and what it says, when there is no network."""
    done = qstar(
        *("data", "trace", *arguments, "--out", tmp_path / "out"),
        **{"https_proxy": NOWHERE, "http_proxy": NOWHERE, "no_proxy": ""},
        PATH=f"{programs}{os.pathsep}{os.environ['PATH']}",
        CACHE_DIR=str(tmp_path / "cache"),
        **environ,
    )
    assert not (tmp_path / "out").exists()
    return done.returncode, done.stderr


def test_what_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadInput, match="is there already"):
        trace_repository("https://github.com/a/b", "main", tmp_path)
    for program in ("git", "lake", "lean"):
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(ToolchainError, match=f"`{program}`") as caught:
            trace_repository("https://github.com/a/b", "main", tmp_path / "new")
        assert "Install" in caught.value.remedy
        (tmp_path / program).touch(mode=0o755)


def test_what_is_no_repository(programs: Path, tmp_path: Path) -> None:
    code, said = ends(programs, tmp_path, tmp_path / "nowhere", "main")
    assert (code, "neither a URL nor a folder with a Git repository" in said) == (2, True), said
    assert not (tmp_path / "nowhere").exists()


def test_without_the_network(programs: Path, repository: Path, tmp_path: Path) -> None:
    """Even what is here already is not traced without."""
    for url in ("https://github.com/a/b", "https://example.org/a/b", repository):
        code, said = ends(programs, tmp_path, url, "main")
        assert (code, "without the network" in said) == (3, True), said


def test_a_commit_that_is_not_there(programs: Path, repository: Path, tmp_path: Path) -> None:
    code, said = ends(programs, tmp_path, repository, "v9", DISABLE_REMOTE_CACHE="1")
    assert (code, "no such repository, or no `v9` in it" in said) == (2, True), said


def test_what_is_no_lean_project(programs: Path, repository: Path, tmp_path: Path) -> None:
    commit(repository, "rm", "lean-toolchain")
    commit(repository, "commit", "--message=second")
    code, said = ends(programs, tmp_path, repository, "main", DISABLE_REMOTE_CACHE="1")
    assert (code, "it has no lean-toolchain" in said) == (2, True), said


def test_what_does_not_build(programs: Path, repository: Path, tmp_path: Path) -> None:
    code, said = ends(programs, tmp_path, repository, "main", DISABLE_REMOTE_CACHE="1")
    assert (code, "'lake build' returned non-zero exit status 7" in said) == (3, True), said


@pytest.mark.parametrize(
    ("error", "is_network"),
    [
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), False),
        (shutil.Error([("a", "b", os.strerror(errno.ENOSPC))]), False),
        (HTTPError("https://example.org", 403, "Forbidden", None, None), False),  # type: ignore[arg-type]
        (URLError(socket.gaierror(-2, "Name or service not known")), True),
        (requests.ConnectionError("Max retries exceeded"), True),
        (ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET)), True),
    ],
    ids=repr,
)
def test_only_the_network_is_called_the_network(error: Exception, is_network: bool) -> None:
    said = tracing_error("https://example.org", error)
    assert ("without the network" in str(said)) == is_network
    assert str(error) in str(said)


def test_what_fails_late_can_be_tried_again(tmp_path: Path) -> None:
    out = tmp_path / "out"

    def made(error: BaseException | None) -> None:
        with remove_on_error(out):
            (out / "project" / ".lake").mkdir(parents=True)
            if error:
                raise error

    for error in (OSError(errno.ENOSPC, "full"), KeyboardInterrupt()):
        with pytest.raises(type(error)):
            made(error)
        assert not out.exists()
    made(None)
    assert out.is_dir()
