"""lean-dojo's tracing, as far as it can be tried without a network."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lean_env.errors import BadInput, ToolchainError
from prover.data.trace import trace


def test_what_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadInput, match="is there already"):
        trace("https://github.com/a/b", "main", tmp_path)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ToolchainError, match="`git`"):
        trace("https://github.com/a/b", "main", tmp_path / "new")


def test_what_lean_dojo_says_is_passed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lake").touch(mode=0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(ToolchainError, match="is not a valid URL"):
        trace(str(tmp_path / "nowhere"), "main", tmp_path / "new")
