"""Metaprograms in embedded Lean: small programs that use what libraries of tactics use.

Each file of `programs/` is one text.  Lean's own `#guard_msgs` compares what a program says, so a
file is right when Lean has nothing to say about it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from lean_env.errors import LeanCrash
from lean_env.wire.client import LaunchFactory, LeanClient

FILES = sorted((Path(__file__).parent / "programs").glob("*.lean"))
PROGRAMS = {file.stem: file.read_text(encoding="utf-8") for file in FILES}
MARK = "-- program: "


@pytest_asyncio.fixture(scope="module")
async def lean(launch: LaunchFactory) -> AsyncIterator[LeanClient]:
    """One process for all files."""
    client = await LeanClient.launch(launch(("Init", "Lean")))
    yield client
    await client.close()


@pytest.mark.parametrize("kind", PROGRAMS)
async def test_programs(kind: str, lean: LeanClient) -> None:
    checked = await lean.check(None, PROGRAMS[kind], seconds=120)
    said = [f"{kind}.lean:{m.start[0]}: {m.severity}: {m.text}" for m in checked.messages]
    assert not said, "\n".join(said)
    assert checked.finished


INIT_IN_ITS_OWN_FILE = """
import Lean
initialize counter : IO.Ref Nat ← IO.mkRef 0
#eval counter.get
"""


async def test_an_initialized_constant_is_not_known_in_its_own_file(launch: LaunchFactory) -> None:
    """Lean's interpreter throws a C++ exception, which ends the process: its words are reported."""
    client = await LeanClient.launch(launch(("Init", "Lean")))
    with pytest.raises(LeanCrash, match=r"cannot evaluate `\[init\]` declaration 'counter' in the"):
        await client.check(None, INIT_IN_ITS_OWN_FILE, seconds=60)
    await client.close()


def test_there_are_enough_of_each_kind() -> None:
    programs = [line for text in PROGRAMS.values() for line in text.splitlines() if MARK in line]
    assert len(programs) >= 80
    assert len(set(programs)) == len(programs)
