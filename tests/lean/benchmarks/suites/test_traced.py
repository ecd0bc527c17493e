"""A traced repository as a suite: what it poses, and with which Lean."""

from __future__ import annotations

import json
import os
import tracemalloc
from pathlib import Path

import pytest

from benchmarks.suites.catalog import find_suite
from benchmarks.suites.lean_dojo import WITHIN
from lean_env.errors import BadInput
from lean_env.toolchain.cache import default_cache_dir
from lean_env.wire.client import LaunchFactory
from prover.runs.partition import split_of
from tests.support.command_line import qstar
from tests.support.toolchains import USES, install, small_project
from tests.support.tracing import Tactic, Tracing, traced_repository

FEW = ("--max-lean-calls", "20", "--workers", "1", "--no-baseline")


async def test_its_theorems(tmp_path: Path, launch: LaunchFactory) -> None:
    root = traced_repository(tmp_path / "small")
    suite = await find_suite(str(root), launch)
    assert suite.name == "small"
    entries = {entry.id: entry for entry in suite.entries}
    assert set(entries) == {"far", "A.both", "A.zero_plus", "A.small"}
    assert {id: entry.needs for id, entry in entries.items() if entry.needs} == {
        "far": ("Mathlib",)
    }
    assert all(entry.split == split_of(id) for id, entry in entries.items())
    assert {entries["A.both"].group, entries["far"].group} == {"Small/Logic.lean", "Far.lean"}
    assert suite.left_out == {WITHIN: 1}
    assert await find_suite(str(tmp_path), launch) == suite  # what it was traced into


async def test_proofs_are_not_kept(tmp_path: Path, launch: LaunchFactory) -> None:
    """Of many files no more is in memory than of few."""
    goal = f"⊢ True{' ∧ True' * 50_000}"
    for number in range(20):
        text = f"theorem t{number} : True := by\n  trivial\n"
        file = Tracing(tmp_path, f"F{number}.lean", text)
        statement, proof = text.removesuffix("\n").split(" := ")
        step = Tactic("trivial", goal)
        file.save(file.theorem(f"t{number}", statement, f" := {proof}", step))
    tracemalloc.start()
    suite = await find_suite(str(tmp_path), launch)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(suite.entries) == 20
    assert most < 20 * len(goal)  # of which each character takes two bytes


async def test_bad_ones_are_told(tmp_path: Path, launch: LaunchFactory) -> None:
    Tracing(tmp_path / "none", "A.lean", "def a := 1\n").save()
    with pytest.raises(BadInput, match="traced, and there are no theorems"):
        await find_suite(str(tmp_path / "none"), launch)
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "A.lean").write_text("theorem t : True := trivial\n")
    with pytest.raises(BadInput, match=r"no \.lean file here states") as caught:
        await find_suite(str(tmp_path / "plain"), launch)
    assert "`qstar data trace`" in caught.value.remedy


def test_embedded_lean_measures_what_needs_no_project(
    tmp_path: Path, launch: LaunchFactory
) -> None:
    launch(("Init",))
    root = traced_repository(tmp_path / "small")
    done = qstar("eval", root, "--out", tmp_path / "out", "--lean", "embedded", *FEW)
    assert done.returncode == 0, done.stderr
    assert "small, train and valid: 3 of 3 proved" in done.stdout
    assert "far: not tried, needs Mathlib" in done.stderr
    trace = root / ".lake/build/ir/Far.trace.xml"
    trace.write_text(trace.read_text("utf-8")[:100], encoding="utf-8")
    cut = qstar("eval", root, "--out", tmp_path / "other", *FEW)
    assert (cut.returncode, f"{trace}:2:3: damaged" in cut.stderr) == (2, True), cut.stderr


def test_a_projects_own_lean_measures_what_imports_its_modules(
    tmp_path: Path, launch: LaunchFactory
) -> None:
    launch(("Init",))
    programs = install(tmp_path / "toolchain")
    root = small_project(tmp_path / "traced" / "small", programs)
    file = Tracing(root, "Small/Uses.lean", USES)
    file.save(file.theorem("twice_zero", "theorem twice_zero : twice 0 = 0", " := by\n  sorry"))
    environ = {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "QSTAR_CACHE": str(default_cache_dir().resolve()),
        "HOME": str(tmp_path),
    }
    done = qstar("eval", root.parent, "--out", tmp_path / "out", *FEW, **environ)
    assert done.returncode == 0, done.stderr
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert report["proved"] == ["twice_zero"]
