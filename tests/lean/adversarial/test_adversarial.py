"""Tricks that the gate must refuse, and honest proofs that it must accept: one file each.

`tests.support.tricks` describes their form.  What embedded Lean cannot express is listed in
UNSUPPORTED.md.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import TypeAlias

import pytest
import pytest_asyncio

from lean_env.errors import InvalidStatement
from lean_env.gate.verifier import Verifier
from lean_env.types import Accepted, RefusalReason, Refused, Verdict
from lean_env.wire.client import LaunchFactory
from tests.support.tricks import Case, read

Verdicts: TypeAlias = Mapping[str, asyncio.Future[list[Verdict]]]

FOLDER = Path(__file__).parent


def cases(folder: str) -> list[Case]:
    """Those that import the same stand together: processes are kept as long as imports agree."""
    found = [read(file) for file in sorted((FOLDER / folder).glob("*.lean"))]
    return sorted(found, key=lambda case: "import" in case.statements + case.proof)


HONEST, REFUSED, INVALID = cases("honest"), cases("refused"), cases("invalid")


@pytest_asyncio.fixture(scope="module")
async def verdicts(
    launch: LaunchFactory, request: pytest.FixtureRequest
) -> AsyncIterator[Verdicts]:
    """The verdicts on all cases that are to be tested, as they come from two verifiers."""
    calls = [item.callspec for item in request.session.items if hasattr(item, "callspec")]
    todo = [call.params["case"] for call in calls if isinstance(call.params.get("case"), Case)]
    loop = asyncio.get_running_loop()
    found = {case.name: loop.create_future() for case in todo}
    waiting = iter(todo)

    async def take_turns() -> None:
        async with Verifier(launch) as verifier:
            for case in waiting:
                try:
                    found[case.name].set_result(await case.verdicts(verifier))
                except Exception as error:
                    found[case.name].set_exception(error)

    workers = [asyncio.create_task(take_turns()) for _ in range(2)]
    yield found
    for _ in waiting:
        pass  # nobody wants their verdicts any more
    await asyncio.gather(*workers)  # to their ends: a cancelled one leaves processes behind


@pytest.mark.parametrize("case", HONEST, ids=lambda case: case.name)
async def test_an_honest_proof_is_accepted(case: Case, verdicts: Verdicts) -> None:
    assert case.expect == "accepted"
    for verdict in await verdicts[case.name]:
        assert isinstance(verdict, Accepted), verdict
        assert not verdict.assumed


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
async def test_a_trick_is_refused(case: Case, verdicts: Verdicts) -> None:
    reason = RefusalReason(case.expect)
    for verdict in await verdicts[case.name]:
        assert isinstance(verdict, Refused), verdict
        assert verdict.reason is reason


@pytest.mark.parametrize("case", INVALID, ids=lambda case: case.name)
async def test_a_statement_that_says_nothing_is_bad_input(case: Case, verdicts: Verdicts) -> None:
    assert case.expect == "invalid"
    with pytest.raises(InvalidStatement, match="which has a `sorry`: no proof of it counts"):
        await verdicts[case.name]


def test_there_are_enough_of_both() -> None:
    assert min(len(HONEST), len(REFUSED)) >= 60
    assert len({case.name for case in [*HONEST, *REFUSED]}) == len(HONEST) + len(REFUSED)
    assert {case.expect for case in REFUSED} >= {"sorry", "axiom", "kernel", "statement", "missing"}
