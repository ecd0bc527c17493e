"""A Lean that takes our server from nobody, beside a REPL that works."""

from __future__ import annotations

import sys
from pathlib import Path

from lean_env.toolchain.native import NativeLean
from lean_env.trial import STATEMENT, TACTIC, Trial, try_native
from tests.support.repl_sessions import STANDIN, Exchange, launch
from tests.support.toolchains import put_program

SORRY = {
    "proofState": 0,
    "goal": "a b : Nat\n⊢ a + b = b + a",
    "pos": {"line": 2, "column": 2},
    "endPos": {"line": 2, "column": 7},
}
STEP = f"set_option maxHeartbeats 200000 in (\n{TACTIC}\n)"
SESSION: list[Exchange] = [
    ({"cmd": ""}, {"env": 0}),
    ({"cmd": f"{STATEMENT} := by\n  sorry", "env": 0}, {"env": 1, "sorries": [SORRY]}),
    ({"tactic": STEP, "proofState": 0}, {"proofState": 1, "goals": []}),
]


def old_lean(folder: Path) -> NativeLean:
    sysroot, project = folder / "toolchain", folder / "project"
    (sysroot / "bin").mkdir(parents=True)
    (sysroot / "lib" / "lean").mkdir(parents=True)
    (sysroot / "lib" / "lean" / "Init.olean").touch()
    put_program(sysroot / "bin" / "lean", "echo 'server.lean:1:0: error: unknown constant'; exit 1")
    program = project / ".lake" / "packages" / "REPL" / ".lake" / "build" / "bin" / "repl"
    program.parent.mkdir(parents=True)
    file = launch(program.parent, SESSION).argv[-1]
    put_program(program, f"exec '{sys.executable}' '{STANDIN}' '{file}'")
    return NativeLean(
        sysroot=sysroot, version="4.9.0", about="Lean 4.9.0", path=(), project=project
    )


async def test_a_session_is_run_each_way(tmp_path: Path) -> None:
    native, repl = await try_native(old_lean(tmp_path), tmp_path / "cache")
    assert native.kind == "native"
    assert "Lean 4.9.0 does not compile the server" in native.failure
    assert "--lean repl" in native.remedy
    assert repl == Trial("repl")
