"""The second kernel's part in a verdict, also when its process does not survive."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

import pytest_asyncio

from lean_env.gate.second_kernel import NAME, KernelProcess
from lean_env.gate.verifier import CheckedProof, Verifier
from lean_env.types import Accepted, Kernels, Theorem, Undecided
from lean_env.wire.client import LaunchFactory

SWAP = Theorem(statement="theorem swap (a b : Nat) : a + b = b + a")


@pytest_asyncio.fixture(scope="module")
async def verifier(launch: LaunchFactory) -> AsyncIterator[Verifier]:
    async with Verifier(launch) as verifier:
        yield verifier


def kernel_of(verifier: Verifier) -> KernelProcess | None:
    assert verifier._second is not None
    return verifier._second._process


async def verify_while(verifier: Verifier, step: Callable[[KernelProcess], None]) -> CheckedProof:
    """Check a proof; `step` is called again and again while the kernel works on a request."""
    checking = asyncio.create_task(verifier.verify(SWAP, "omega"))
    while not checking.done():
        kernel = kernel_of(verifier)
        if kernel is not None and kernel.alive and kernel._waiting:
            step(kernel)
        await asyncio.sleep(0)
    return checking.result()


def kill(kernel: KernelProcess) -> None:
    with suppress(ProcessLookupError):  # dead, though that is not seen yet
        os.kill(kernel.pid, signal.SIGKILL)


async def test_a_process_that_is_killed_is_replaced(verifier: Verifier) -> None:
    killed: set[int] = set()

    def kill_the_first(kernel: KernelProcess) -> None:
        if not killed:
            killed.add(kernel.pid)
            kill(kernel)

    verdict = (await verify_while(verifier, kill_the_first)).verdict
    assert len(killed) == 1
    assert isinstance(verdict, Accepted)
    assert verdict.checkers[-1] == NAME


async def test_without_an_answer_nothing_is_accepted(verifier: Verifier) -> None:
    verdict = (await verify_while(verifier, kill)).verdict
    assert isinstance(verdict, Undecided)
    assert NAME in verdict.message
    assert (await verifier.verify(SWAP, "omega")).verdict.ok


async def test_what_one_run_learns_of_the_library_serves_the_next(launch: LaunchFactory) -> None:
    for _ in range(2):
        async with Verifier(launch) as verifier:
            assert (await verifier.verify(SWAP, "grind")).verdict.ok
            assert verifier._second is not None
            [library] = verifier._second._libraries.values()
            new = len(library._new)
    assert new == 0


async def test_one_kernel_does_without_the_other(launch: LaunchFactory) -> None:
    async with Verifier(launch, kernels=Kernels.LEAN) as verifier:
        verdict = (await verifier.verify(SWAP, "omega")).verdict
    assert isinstance(verdict, Accepted)
    assert verdict.checkers == ("Lean 4.28.0",)
