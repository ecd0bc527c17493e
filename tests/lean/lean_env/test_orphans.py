"""No Lean process outlives its parent, however that one ends."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from lean_env.wire.client import LaunchFactory
from tests.support.hard import STUBBORN, is_running, seconds_worked, until

ROOT = Path(__file__).resolve().parents[3]

PARENT = """
import asyncio, sys
from lean_env.pool import LeanPool, PoolConfig
from lean_env.toolchain.launch import LaunchSpec
from lean_env.types import Limits
from tests.support.hard import HARD

async def main(tactic, *argv):
    launch = LaunchSpec(argv=argv, env={}, kind="", version="", imports=("Init",))
    config = PoolConfig(workers=1, limits=Limits(seconds=600))
    pool = LeanPool(lambda imports: launch, config)
    root = await pool.start(HARD)
    print(*pool.pids, flush=True)
    await pool.step([(root, [tactic] if tactic else [])])
    await asyncio.Event().wait()

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.parametrize("tactic", ["", STUBBORN], ids=["idle", "busy"])
@pytest.mark.parametrize("end", ["kill", "terminate"])
async def test_lean_ends_with_its_parent(launch: LaunchFactory, tactic: str, end: str) -> None:
    argv = launch(("Init",)).argv
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, tactic, *argv, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    pid = int(await parent.stdout.readline())
    if tactic:
        worked = seconds_worked(pid)
        await until(lambda: seconds_worked(pid) > worked + 0.3)
    assert is_running(pid)
    assert os.getpgid(pid) == pid
    getattr(parent, end)()
    await parent.wait()
    await until(lambda: not is_running(pid))
