"""The processes of the gate: calls at the same time, cancelled calls, replaced processes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from lean_env.gate.checker_process import CheckerProcess
from lean_env.gate.verifier import Verifier
from lean_env.types import RefusalReason, Refused, Theorem
from lean_env.wire.client import DEFAULT_IMPORTS, LaunchFactory

FALSE = "theorem bad : False := by sorry"
SWAP = Theorem(statement="theorem swap (a b : Nat) : a + b = b + a")


@pytest_asyncio.fixture(scope="module")
async def verifier(launch: LaunchFactory) -> AsyncIterator[Verifier]:
    async with Verifier(launch) as verifier:
        yield verifier


async def test_a_process_that_ran_code_serves_no_other_header(launch: LaunchFactory) -> None:
    header = 'import Lean\nopen Lean Elab Command in\nrun_cmd logInfo "anything"\n'
    other = replace(SWAP, header="import Lean\n")
    own = Theorem(header=header, statement="theorem own : 1 + 1 = 2")
    longer = Theorem(header=header + "def two := 2\n", statement="theorem longer : two = 2")
    pids = []
    async with Verifier(launch) as verifier:
        for theorem in (other, own, longer, other):
            script = "omega" if theorem is other else "rfl"
            assert (await verifier.verify(theorem, script)).verdict.ok
            assert verifier._trusted.running is not None
            pids.append(verifier._trusted.running.pid)
        assert verifier._second is not None
        shared, apart = sorted(verifier._second._libraries, key=lambda key: "process" in key)
    assert pids[0] == pids[1] == pids[2] != pids[3]
    assert apart == f"process {pids[1]}" != shared  # nor does the second kernel mix what they say


async def test_calls_at_the_same_time_take_turns(verifier: Verifier) -> None:
    checked = await asyncio.gather(
        *(verifier.verify(SWAP, script) for script in ("omega", "exact foo", "omega"))
    )
    assert [c.verdict.ok for c in checked] == [True, False, True]


async def test_a_call_that_is_cancelled_leaves_the_verifier_usable(verifier: Verifier) -> None:
    slow = asyncio.create_task(verifier.verify(SWAP, "repeat (first | skip | omega)\nomega"))
    await asyncio.sleep(0.3)
    slow.cancel()
    with pytest.raises(asyncio.CancelledError):
        await slow
    assert (await verifier.verify(SWAP, "omega")).verdict.ok


async def test_proofs_that_are_in_the_gate_together_get_verdicts_of_their_own(
    verifier: Verifier,
) -> None:
    scripts = ("omega", "exact foo", "exact Nat.add_comm a b", "exact Nat.le_refl a", "omega")
    checked = await asyncio.gather(*(verifier.verify(SWAP, script) for script in scripts))
    assert [proof.verdict.ok for proof in checked] == [True, False, True, False, True]
    for proof, script in zip(checked, scripts, strict=True):
        assert script in proof.declaration


async def test_a_tactic_that_asks_the_kernel_counts_in_a_process_that_has_run_others(
    verifier: Verifier,
) -> None:
    assert (await verifier.verify(SWAP, "omega")).verdict.ok
    either = Theorem(statement="theorem t : 2 = 3 ∨ 2 = 2")
    script = "first | exact .inl (by decide +kernel) | exact .inr rfl"
    assert (await verifier.verify(either, script)).verdict.ok
    wrong = (await verifier.verify(either, "exact .inl (by decide +kernel)")).verdict
    assert isinstance(wrong, Refused)
    assert wrong.reason is RefusalReason.COMPILE


async def test_processes_that_were_prepared_are_used(launch: LaunchFactory) -> None:
    async with Verifier(launch) as verifier:
        await verifier.prepare()
        sides = (verifier._trusted, verifier._candidate)
        pids = [(await side.client(DEFAULT_IMPORTS)).pid for side in sides]
        assert (await verifier.verify(SWAP, "omega")).verdict.ok
        assert [(await side.client(DEFAULT_IMPORTS)).pid for side in sides] == pids


async def test_the_start_of_a_process_does_not_count_against_the_text(
    launch: LaunchFactory,
) -> None:
    side = CheckerProcess(launch, memory_mb=3072, setup_seconds=0.001)
    assert (await side.client(DEFAULT_IMPORTS)).alive
    await side.close()
