"""The gate, asked by honest users and by candidates that forge what they give out."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from lean_env.errors import BadInput, InvalidHeader, InvalidStatement
from lean_env.gate.checker_process import CheckerProcess
from lean_env.gate.verifier import Verifier
from lean_env.types import STANDARD_AXIOMS, Accepted, RefusalReason, Refused, Theorem, Undecided
from lean_env.wire.client import DEFAULT_IMPORTS, LaunchFactory
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


# Files


async def test_a_file_against_its_statements(verifier: Verifier) -> None:
    statements = """
def f (n : Nat) : Nat := n + 1
theorem a : f 1 = 2 := by sorry
theorem given : f 0 = 1 := rfl
theorem b (n : Nat) : f n > n := by
  sorry
"""
    source = statements.replace("sorry", "simp [f]")
    checked = await verifier.verify_file(source, statements)
    assert [(c.name, c.line) for c in checked] == [("a", 3), ("b", 5)]
    assert all(c.verdict.ok for c in checked)
    half = source.replace("simp [f]", "sorry", 1)
    verdicts = [c.verdict for c in await verifier.verify_file(half, statements)]
    assert isinstance(verdicts[0], Refused)
    assert verdicts[0].reason is RefusalReason.SORRY
    assert verdicts[1].ok


async def test_a_file_with_an_error_proves_nothing(verifier: Verifier) -> None:
    statements = "theorem a : 1 = 1 := by sorry\ntheorem b : 2 = 2 := by sorry\n"
    source = "theorem a : 1 = 1 := rfl\ntheorem b : 2 = 2 := rfl\ntheorem c : 1 = 2 := rfl\n"
    for checked in await verifier.verify_file(source, statements):
        assert isinstance(checked.verdict, Refused)
        assert checked.verdict.reason is RefusalReason.COMPILE
        assert checked.verdict.message.startswith("line 3: ")


async def test_statements_that_are_not_in_order(verifier: Verifier) -> None:
    with pytest.raises(BadInput, match="nothing to prove"):
        await verifier.verify_file("", "theorem a : 1 = 1 := rfl\n")
    with pytest.raises(InvalidHeader):
        await verifier.verify_file("", "theorem a : 1 = := by sorry\n")


async def test_each_declaration_of_the_statements_by_itself(verifier: Verifier) -> None:
    statements = """
def n : Nat := sorry
instance : Inhabited (Fin 3) := sorry
theorem a : n < 9 := by sorry
namespace N
example : 1 = 1 := by sorry
end N
axiom a_bad : 1 = 2
theorem b : 2 = 2 := by sorry
"""
    source = statements.replace("Nat := sorry", "Nat := 7").replace("by sorry", "by decide")
    checked = await verifier.verify_file(source, statements)
    assert [(c.name, c.line, c.verdict.ok) for c in checked] == [
        ("n", 2, True),
        ("", 3, False),
        ("a", 4, True),
        ("example", 6, True),
        ("b", 9, True),
    ]
    accepted = [c.verdict for c in checked if isinstance(c.verdict, Accepted)]
    assert [verdict.definitions for verdict in accepted] == [("n",), ("n",), (), ()]
    assert isinstance(checked[1].verdict, Undecided)
    assert "no name" in checked[1].verdict.message


async def test_an_audit_reports_examples(verifier: Verifier) -> None:
    source = "example : 1 = 1 := rfl\nexample : Nat := 3\nexample : 1 = 2 := by sorry\n"
    checked = await verifier.audit_file(source)
    assert [(c.name, c.line, c.verdict.ok) for c in checked] == [
        ("example", 1, True),
        ("example", 3, False),
    ]


async def test_an_audit_names_every_theorem(verifier: Verifier) -> None:
    source = """
namespace N
theorem a : 1 = 1 := rfl
private theorem «b c» (p : Prop) (h : p = True) : p := by simp [h]
axiom cheat : False
theorem d : 1 = 2 := cheat.elim
end N
mutual
theorem e (n : Nat) : n = n := rfl
theorem f : 2 = 3 := by sorry
end
theorem _root_.g (p q : Prop) (h : p ↔ q) : p = q := propext h
def not_a_theorem : Nat := 1
"""
    steps: list[tuple[int, int]] = []
    checked = await verifier.audit_file(source, lambda *step: steps.append(step))
    assert steps == [(i, 6) for i in range(1, 7)]
    rows = {c.name: (c.line, c.verdict) for c in checked}
    assert {name: line for name, (line, _) in rows.items()} == {
        "N.a": 3, "N.«b c»": 4, "N.d": 6, "e": 9, "f": 10, "g": 12,
    }  # fmt: skip
    assert {name for name, (_, verdict) in rows.items() if verdict.ok} == {
        "N.a", "N.«b c»", "e", "g",
    }  # fmt: skip
    g, d, f = rows["g"][1], rows["N.d"][1], rows["f"][1]
    assert isinstance(g, Accepted)
    assert g.axioms == ("propext",)
    assert isinstance(d, Refused)
    assert (d.reason, d.axioms) == (RefusalReason.AXIOM, ("N.cheat",))
    assert isinstance(f, Refused)
    assert f.reason is RefusalReason.SORRY


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
