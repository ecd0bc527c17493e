"""Both kernels on random environments: `benchmarks.studies.kernels` in small."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from benchmarks.studies.kernels.__main__ import GENERATORS, case, run_block
from benchmarks.studies.kernels.environments import (
    Export,
    app,
    arrow,
    const,
    export,
    inductive,
    sort,
)
from benchmarks.studies.kernels.explanations import (
    INCOMPLETE_LEVELS,
    NESTED_PARAMETERS,
    UNEXPLAINED,
    explain,
)
from benchmarks.studies.kernels.kernels import Answer, Kernels, open_kernels
from lean_env.wire.client import LaunchFactory


@pytest_asyncio.fixture(scope="module")
async def kernels(launch: LaunchFactory) -> AsyncIterator[Kernels]:
    async with open_kernels(launch) as kernels:
        yield kernels


async def test_no_disagreement_is_unexplained(kernels: Kernels) -> None:
    theorems = await kernels.elaborated()
    *differences, last = await run_block(kernels, theorems, seed=1, first=0, size=250)
    assert [row for row in differences if row["why"] == UNEXPLAINED] == []
    counts = last["outcomes"]
    for kind in [*GENERATORS, "proofs"]:
        assert counts[f"{kind}, as made: Lean accepted, second accepted"] > 0
        assert counts[f"{kind}, mutated: Lean refused, second refused"] > 0


async def _why(kernels: Kernels, made: Export) -> tuple[Answer, Answer, str]:
    [answers] = await kernels.ask([made])
    return answers.lean, answers.second, await explain(kernels, made, answers)


async def test_levels_that_are_zero_but_do_not_look_it(kernels: Kernels) -> None:
    """`inductive q.T : Sort (max 0 (imax 1 0)) | mk : Type → q.T` is a proposition."""
    zero = ("max", 0, ("imax", 1, ("max", 0, 0)))
    ctors = [("q.T.mk", arrow(sort(1), const("q.T")))]
    made = export([inductive([("q.T", sort(zero), ctors)], 0)])
    assert await _why(kernels, made) == (Answer.REFUSED, Answer.ACCEPTED, INCOMPLETE_LEVELS)


async def test_an_ill_typed_parameter_of_a_nested_type(kernels: Kernels) -> None:
    """`inductive q.T : Type | mk : PProd.{0, 1} q.T Nat → q.T`: it takes a proposition first."""
    nested = app(const("PProd", 0, 1), const("q.T"), const("Nat"))
    made = export([inductive([("q.T", sort(1), [("q.T.mk", arrow(nested, const("q.T")))])], 0)])
    assert await _why(kernels, made) == (Answer.ACCEPTED, Answer.REFUSED, NESTED_PARAMETERS)


def test_a_case_is_made_from_its_number_alone() -> None:
    assert [case(5, n, [export([])]) for n in range(20)] == [
        case(5, n, [export([])]) for n in range(20)
    ]
