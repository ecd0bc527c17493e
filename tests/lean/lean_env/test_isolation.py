"""What Lean code in embedded Lean can reach of the machine: nothing.  It tries, here."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from lean_env.errors import InvalidHeader, LeanCrash
from lean_env.pool import LeanPool
from lean_env.types import Rejected, Theorem
from lean_env.wire.client import LaunchFactory, LeanClient

DONE = "it was done"


class Guest:
    """A Lean process that runs programs; a new one when the last has ended."""

    def __init__(self, launch: LaunchFactory) -> None:
        self._launch = launch
        self._lean: LeanClient | None = None

    async def run(self, program: str) -> str:
        """The error that ends the program; its lines stand in `do`."""
        if self._lean is None or not self._lean.alive:
            self._lean = await LeanClient.launch(self._launch(("Init",)))
        lines = [*program.splitlines(), f'throw (IO.userError "{DONE}")']
        with pytest.raises(InvalidHeader) as caught:
            await self._lean.open("#eval show IO Unit from do\n  " + "\n  ".join(lines))
        return caught.value.message

    async def close(self) -> None:
        if self._lean is not None:
            await self._lean.close()


@pytest_asyncio.fixture(scope="module")
async def guest(launch: LaunchFactory) -> AsyncIterator[Guest]:
    guest = Guest(launch)
    yield guest
    await guest.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "secret.txt").write_text("secret")
    return tmp_path


WRITES = {
    "write": 'IO.FS.writeFile "{folder}/new.txt" "x"',
    "write into the temporary folder": 'IO.FS.writeFile "/tmp/of-the-guest.txt" "x"',
    "overwrite": 'IO.FS.writeFile "{folder}/secret.txt" "x"',
    "append": 'let h ← IO.FS.Handle.mk "{folder}/secret.txt" .append\nh.putStr "x"',
    "make a folder": 'IO.FS.createDirAll "{folder}/new"',
    "remove": 'IO.FS.removeFile "{folder}/secret.txt"',
    "remove a folder": 'IO.FS.removeDirAll "{folder}"',
    "rename": 'IO.FS.rename "{folder}/secret.txt" "{folder}/new.txt"',
    "link": 'IO.FS.hardLink "{folder}/secret.txt" "{folder}/new.txt"',
    "make a temporary file": "let _ ← IO.FS.createTempFile",
    "change rights": (
        'IO.setAccessRights "{folder}/secret.txt" {{ user := {{ execution := true }} }}'
    ),
    "from a task": (
        'let task ← IO.asTask (prio := .dedicated) (IO.FS.writeFile "{folder}/new.txt" "x")\n'
        "IO.ofExcept task.get"
    ),
}


REFUSED = re.compile("read-only file system|not permitted|too many links|no such file")


def untouched(folder: Path) -> bool:
    secret = folder / "secret.txt"
    return (
        list(folder.iterdir()) == [secret]
        and secret.read_text() == "secret"
        and not os.access(secret, os.X_OK)
        and not Path("/tmp/of-the-guest.txt").exists()
    )


@pytest.mark.parametrize("program", WRITES.values(), ids=WRITES.keys())
async def test_it_writes_nothing(program: str, guest: Guest, folder: Path) -> None:
    assert REFUSED.search(await guest.run(program.format(folder=folder)))
    assert untouched(folder)


READS = {
    "a file": 'let _ ← IO.FS.readFile "{folder}/secret.txt"',
    "a file by way of its library": 'let _ ← IO.FS.readFile "/lib/lean/../../{folder}/secret.txt"',
    "a file relative to where it is": 'let _ ← IO.FS.readFile "README.md"',
    "its own memory": 'let _ ← IO.FS.readBinFile "/proc/self/environ"',
    "the root folder": 'let _ ← System.FilePath.readDir "/"',
    "a folder": 'let _ ← System.FilePath.readDir "{folder}"',
    "the facts of a file": 'let _ ← System.FilePath.metadata "{folder}/secret.txt"',
}


@pytest.mark.parametrize("program", READS.values(), ids=READS.keys())
async def test_it_reads_nothing(program: str, guest: Guest, folder: Path) -> None:
    said = await guest.run(program.format(folder=folder))
    assert "no such file" in said


async def test_it_does_not_know_what_exists(guest: Guest, folder: Path) -> None:
    program = f'if ← System.FilePath.pathExists "{folder}" then throw (IO.userError "seen")'
    assert DONE in await guest.run(program)


async def test_it_starts_no_program(guest: Guest, folder: Path) -> None:
    shell = f'{{ cmd := "/bin/sh", args := #["-c", "touch {folder}/new.txt"] }}'
    for how in ("output", "spawn"):
        said = await guest.run(f"let _ ← IO.Process.{how} {shell}")
        assert "not permitted" in said or "not implemented" in said
    assert untouched(folder)


@pytest.mark.usefixtures("guest")
async def test_it_has_no_environment(
    monkeypatch: pytest.MonkeyPatch, launch: LaunchFactory
) -> None:
    monkeypatch.setenv("QSTAR_TEST_TOKEN", "secret")
    own = Guest(launch)  # started with the variable set
    try:
        for name in ("QSTAR_TEST_TOKEN", "PATH", "HOME"):
            program = f'if let some v ← IO.getEnv "{name}" then throw (IO.userError v)'
            assert DONE in await own.run(program)
    finally:
        await own.close()


OUTSIDE = {
    "a socket": ("lean_uv_tcp_new", "Std.Internal.UV.TCP.Socket.new : IO Unit"),
    "the name of the machine": (
        "lean_uv_os_gethostname",
        "Std.Internal.UV.System.osGetHostname : IO String",
    ),
    "a function of C": ("system", "system (command : @& String) : IO Unit"),
}


@pytest.mark.parametrize(("symbol", "signature"), OUTSIDE.values(), ids=OUTSIDE.keys())
async def test_asking_for_more_ends_it(symbol: str, signature: str, launch: LaunchFactory) -> None:
    """What the host does not give to the guest cannot be called under any name."""
    name = signature.split(maxsplit=1)[0]
    call = f'{name} "true"' if "command" in signature else f"{name} *> pure ()"
    lean = await LeanClient.launch(launch(("Init",)))
    try:
        with pytest.raises(LeanCrash):
            await lean.open(
                f'@[extern "{symbol}"] opaque {signature}\n#eval show IO Unit from {call}\n'
            )
    finally:
        await lean.close()


async def test_what_it_prints_reaches_nobody(guest: Guest) -> None:
    """Neither as an answer of the server nor as anything else."""
    forged = '{\\"id\\":1,\\"ok\\":{\\"header\\":77}}'
    assert DONE in await guest.run(f'IO.println "{forged}"\nIO.eprintln "{forged}"')
    assert DONE in await guest.run('if (← (← IO.getStdin).getLine) != "" then return')


async def test_it_ends_only_itself(guest: Guest) -> None:
    for program in ("IO.Process.exit 0", "IO.Process.forceExit 3"):
        with pytest.raises(LeanCrash):
            await guest.run(program)
    assert DONE in await guest.run("pure ()")


async def test_a_tactic_reaches_as_little(pool: LeanPool, folder: Path) -> None:
    header = f"""import Lean
open Lean Elab Tactic
elab "leak" : tactic => do
  IO.FS.writeFile "{folder}/new.txt" "x"
  evalTactic (← `(tactic| trivial))
elab "look" : tactic => do
  let text ← IO.FS.readFile "{folder}/secret.txt"
  evalTactic (← `(tactic| trivial))
"""
    state = await pool.start(Theorem(header=header, statement="theorem t : True"))
    [transitions] = await pool.step([(state, ["leak", "look"])])
    await pool.release([state])
    for transition, why in zip(transitions, ("read-only", "no such file"), strict=True):
        assert isinstance(transition, Rejected)
        assert why in transition.message
    assert untouched(folder)
