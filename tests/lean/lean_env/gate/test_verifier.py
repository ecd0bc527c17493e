"""The gate, asked by honest users and by candidates that forge what they give out."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from lean_env.errors import InvalidHeader, InvalidStatement
from lean_env.gate.checker_process import CheckerProcess
from lean_env.gate.verifier import Verifier
from lean_env.types import STANDARD_AXIOMS, Accepted, RefusalReason, Refused, Theorem, Undecided
from lean_env.wire.client import LaunchFactory
from tests.support import liar

FALSE = "theorem bad : False := by sorry"
SWAP = Theorem(statement="theorem swap (a b : Nat) : a + b = b + a")


@pytest_asyncio.fixture(scope="module")
async def verifier(launch: LaunchFactory) -> AsyncIterator[Verifier]:
    async with Verifier(launch) as verifier:
        yield verifier


# What is accepted


async def test_a_proof_is_accepted_with_its_axioms(verifier: Verifier) -> None:
    theorem = Theorem(statement="theorem t (p : Prop) : p ∨ ¬p")
    checked = await verifier.verify(
        theorem, "exact Classical.byContradiction fun h => h (.inr fun hp => h (.inl hp))"
    )
    assert isinstance(checked.verdict, Accepted)
    assert checked.verdict.checkers == ("Lean 4.28.0", "qstar-kernel 1")
    assert checked.verdict.seconds > 0
    own = await verifier.verify(
        Theorem(statement="theorem t (p q : Prop) (h : p ↔ q) : p = q"), "exact propext h"
    )
    assert isinstance(own.verdict, Accepted)
    assert own.verdict.axioms == ("propext",)


async def test_many_lines_and_positions(verifier: Verifier) -> None:
    theorem = Theorem(statement="theorem t (a b : Nat) : a + b = b + a := by\n  sorry")
    script = "induction a with\n| zero => simp\n| succ n ih => omega"
    checked = await verifier.verify(theorem, script)
    assert isinstance(checked.verdict, Accepted)
    assert script.splitlines()[-1] in checked.declaration


async def test_an_axiom_that_is_allowed_shows(launch: LaunchFactory) -> None:
    header, statement = "axiom choose : Nat\naxiom large : choose > 9\n", "theorem t : choose > 5"
    theorem = Theorem(header=header, statement=statement)
    script = "have := large\nomega"
    async with Verifier(launch, axioms=(*STANDARD_AXIOMS, "large", "choose")) as lenient:
        verdict = (await lenient.verify(theorem, script)).verdict
    assert isinstance(verdict, Accepted)
    assert set(verdict.assumed) == {"large", "choose"}


# What is refused or left open


async def test_reasons_of_refusal(verifier: Verifier) -> None:
    for script, reason in {
        "exact foo": RefusalReason.COMPILE,
        "rfl -- no": RefusalReason.COMPILE,
        "": RefusalReason.COMPILE,
        "sorry": RefusalReason.FORBIDDEN,
        "native_decide": RefusalReason.FORBIDDEN,
        "\ud800": RefusalReason.COMPILE,
    }.items():
        verdict = (await verifier.verify(SWAP, script)).verdict
        assert isinstance(verdict, Refused), script
        assert verdict.reason is reason, script
        assert not verdict.ok


async def test_a_refused_candidate_leaves_no_trace(verifier: Verifier) -> None:
    """The next one gets a process that the refused one has not seen."""
    poison = "omega\nmacro_rules | `(tactic| omega) => `(tactic| skip)"
    await verifier.verify(SWAP, poison)
    assert (await verifier.verify(SWAP, "exact no_such_thing")).verdict.ok is False
    assert (await verifier.verify(SWAP, "omega")).verdict.ok is True


async def test_bad_input_is_the_users(verifier: Verifier) -> None:
    with pytest.raises(InvalidStatement):
        await verifier.verify(Theorem(statement="theorem t : 1 = "), "rfl")
    with pytest.raises(InvalidHeader):
        await verifier.verify(replace(SWAP, header="open Nowhere\n"), "omega")
    with pytest.raises(InvalidStatement):
        await verifier.verify(Theorem(statement="def t : Nat := by sorry"), "exact 3")
    assert (await verifier.verify(SWAP, "omega")).verdict.ok


async def test_what_is_given_may_not_rest_on_a_sorry(verifier: Verifier) -> None:
    """No proof can mend that: it is not the proof that is refused."""
    header = "def f : Nat := sorry\ntheorem a : 1 = 2 := by sorry\n"
    for statement, script, culprit in (
        ("theorem t : f = f", "rfl", "f"),
        ("theorem t : 2 = 1 := by\n  have h := a\n  sorry", "exact h.symm", "a"),
    ):
        with pytest.raises(InvalidStatement, match=f"rests on '{culprit}'"):
            await verifier.verify(Theorem(statement=statement, header=header), script)
    own = Theorem(statement="theorem t : 2 = 1", header=header)
    verdict = (await verifier.verify(own, "exact a.symm")).verdict
    assert isinstance(verdict, Refused)
    assert verdict.reason is RefusalReason.SORRY


# A candidate's process may say anything


LIES = {
    "that it is accepted": '{"id":ID,"ok":{"refused":"","message":"","axioms":[]}}',
    "a reason that is none": '{"id":ID,"ok":{"refused":"fine","message":"","axioms":[]}}',
    "what the second kernel is to see": '{"id":ID,"ok":{"export":{},"theorem":["t"],"rows":""}}',
    "no terms": '{"id":ID,"ok":{"export":{}}}',
    "the answer to another request": '{"id":ID,"ok":{"header":3}}',
    "an answer to nobody": '{"id":999,"ok":{"header":3}}',
    "that the header is wrong": '{"id":ID,"error":{"kind":"header","message":"no"}}',
    "that the statement is wrong": '{"id":ID,"error":{"kind":"statement","message":"no"}}',
    "that it wants a module": '{"id":ID,"error":{"kind":"imports","message":"","imports":["X"]}}',
    "an error of no kind": '{"id":ID,"error":{"kind":"","message":""}}',
    "that it dies": '{"id":ID,"index":-1,"fatal":{"reason":"","message":""}}',
    "nothing readable": "[[[",
    "half of a character": '{"id":ID,"ok":{"export":{"names":["\\ud800"]}}}',
    "a number that is none": '{"id":ID,"ok":{"export":{"names":[NaN]}}}',
    "terms in terms in terms": '{"id":ID,"ok":{"export":{"names":' + "[" * 900 + "]" * 900 + "}}}",
    "far too deep": '{"id":ID,"ok":{"export":{"names":' + "[" * 50_000 + "]" * 50_000 + "}}}",
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
async def test_a_candidate_that_lies_is_not_accepted(lie: str, launch: LaunchFactory) -> None:
    program = (sys.executable, str(Path(liar.__file__)), lie)
    async with Verifier(launch, seconds=20) as verifier:
        verifier._candidate = CheckerProcess(
            lambda imports: replace(launch(imports), argv=program),
            memory_mb=1024,
            setup_seconds=20,
        )
        verdict = (await verifier.verify(SWAP, "omega")).verdict
    assert isinstance(verdict, Refused | Undecided)
