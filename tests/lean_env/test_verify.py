"""The gate, asked by honest users and by candidates that forge what they give out."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
import pytest_asyncio

from lean_env.client import LeanClient
from lean_env.errors import BadInput, InvalidHeader, InvalidStatement
from lean_env.launcher import LaunchFor
from lean_env.protocol import ExportAnswer, JudgeAnswer, Name
from lean_env.side import Side
from lean_env.types import (
    STANDARD_AXIOMS,
    Accepted,
    Refusal,
    Refused,
    Theorem,
    Undecided,
)
from lean_env.verify import Verifier
from tests.lean_env.forge import Forger

FALSE = "theorem bad : False := by sorry"
SWAP = Theorem(statement="theorem swap (a b : Nat) : a + b = b + a")


@pytest_asyncio.fixture(scope="module")
async def verifier(launch: LaunchFor) -> AsyncIterator[Verifier]:
    async with Verifier(launch) as verifier:
        yield verifier


@pytest_asyncio.fixture(scope="module")
async def lean(launch: LaunchFor) -> AsyncIterator[LeanClient]:
    """A process that judges; forged terms do it no harm."""
    lean = await LeanClient.launch(launch(("Init",)))
    yield lean
    await lean.close()


async def judged(
    lean: LeanClient,
    export: Mapping[str, object],
    source: str = FALSE,
    *,
    name: Name = ("bad",),
    header: str = "",
    axioms: tuple[str, ...] = STANDARD_AXIOMS,
) -> JudgeAnswer:
    return await lean.judge(header, name, source, export, axioms, seconds=20)


# What is accepted


async def test_a_proof_is_accepted_with_its_axioms(verifier: Verifier) -> None:
    theorem = Theorem(statement="theorem t (p : Prop) : p ∨ ¬p")
    checked = await verifier.verify(
        theorem, "exact Classical.byContradiction fun h => h (.inr fun hp => h (.inl hp))"
    )
    assert isinstance(checked.verdict, Accepted)
    assert checked.verdict.checkers == ("kernel",)
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


async def test_an_axiom_that_is_allowed_shows(launch: LaunchFor) -> None:
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
        "exact foo": Refusal.COMPILE,
        "rfl -- no": Refusal.COMPILE,
        "": Refusal.COMPILE,
        "sorry": Refusal.FORBIDDEN,
        "native_decide": Refusal.FORBIDDEN,
        "\ud800": Refusal.COMPILE,
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
    assert verdicts[0].reason is Refusal.SORRY
    assert verdicts[1].ok


async def test_a_file_with_an_error_proves_nothing(verifier: Verifier) -> None:
    statements = "theorem a : 1 = 1 := by sorry\ntheorem b : 2 = 2 := by sorry\n"
    source = "theorem a : 1 = 1 := rfl\ntheorem b : 2 = 2 := rfl\ntheorem c : 1 = 2 := rfl\n"
    for checked in await verifier.verify_file(source, statements):
        assert isinstance(checked.verdict, Refused)
        assert checked.verdict.reason is Refusal.COMPILE
        assert checked.verdict.message.startswith("line 3: ")


async def test_statements_that_are_not_in_order(verifier: Verifier) -> None:
    with pytest.raises(BadInput, match="nothing to prove"):
        await verifier.verify_file("", "theorem a : 1 = 1 := rfl\n")
    with pytest.raises(InvalidHeader):
        await verifier.verify_file("", "theorem a : 1 = := by sorry\n")
    with pytest.raises(InvalidStatement, match="not a proposition"):
        await verifier.verify_file("", "theorem a : 1 = 1 := by sorry\ndef n : Nat := sorry\n")


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
    rows = {c.name: (c.line, c.verdict) for c in await verifier.audit_file(source)}
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
    assert (d.reason, d.axioms) == (Refusal.AXIOM, ("N.cheat",))
    assert isinstance(f, Refused)
    assert f.reason is Refusal.SORRY


# Forged terms: a candidate's process may give out anything


def false_by(forge: Forger, proof: int) -> dict[str, object]:
    forge.declare("theorem", "bad", forge.const("False"), proof)
    return forge.export


async def test_no_forged_theorem_of_false_is_accepted(lean: LeanClient) -> None:
    f = Forger()
    proofs = {
        "another proof": f.const("True.intro"),
        "itself": f.const("bad"),
        "an unsafe constant": f.app(f.const("lcProof"), f.const("False")),
        "a loose variable": f.var(0),
        "a loose variable deep down": f.app(f.lam(f.const("False"), f.var(1)), f.const("True")),
        "a number": f.nat(0),
        "too many universes": f.const("True.intro", f.level(1)),
        "no such universe": f.const("False.elim", f.param("u")),
        "a projection of nothing": f.term(9, f.dotted("False"), 0, f.const("True.intro")),
        "a projection too far": f.term(9, f.dotted("And"), 2**70, f.const("True.intro")),
        "a let of another type": f.term(6, f.const("False"), f.const("True.intro"), f.var(0)),
        "an unknown constant": f.const("no.such.constant"),
    }
    for what, proof in proofs.items():
        forge = Forger(list(f.names), list(f.levels), list(f.terms))
        answer = await judged(lean, false_by(forge, proof))
        assert answer.refused == "kernel", what


MALFORMED: dict[str, dict[str, object]] = {
    "nothing": {},
    "no declarations": {"names": [None], "levels": [None], "terms": []},
    "other types": {"names": 1, "levels": "x", "terms": None, "decls": {}},
    "a name before its parent": {"names": [None, [2, "a"]]},
    "a negative number": {"terms": [[0, -1]]},
    "a fraction": {"terms": [[0, 1.5]]},
    "a number that is written large": {"terms": [[0, 1e300]]},
    "a variable past all": {"terms": [[0, 2**20]]},
    "an unknown kind of term": {"terms": [[77, 0]]},
    "an empty row": {"terms": [[]]},
    "a term that refers to itself": {"terms": [[3, 0, 0]]},
    "a level that refers to itself": {"levels": [None, [0, 1]]},
    "a numeral that is none": {"terms": [[7, "-1"]]},
    "an unknown kind of declaration": {"decls": [{"kind": "quot"}]},
    "an unsafe declaration": {"decls": [{"kind": "unsafe def"}]},
    "a declaration of nothing": {"decls": [None]},
}


@pytest.mark.parametrize("rows", MALFORMED.values(), ids=MALFORMED.keys())
async def test_malformed_terms_are_refused(rows: dict[str, object], lean: LeanClient) -> None:
    whole: dict[str, object] = {"names": [None], "levels": [None], "terms": [], "decls": []}
    answer = await judged(lean, rows if not rows or len(rows) > 1 else whole | rows)
    assert answer.refused == "kernel"
    assert "malformed terms" in answer.message


async def test_an_axiom_is_found_wherever_it_hides(lean: LeanClient) -> None:
    f = Forger()
    f.declare("axiom", "given", f.const("False"))
    f.declare("opaque", "wrapped", f.const("False"), f.const("given"))
    f.declare("def", "again", f.const("False"), f.const("wrapped"))
    answer = await judged(lean, false_by(f, f.const("again")))
    assert (answer.refused, answer.axioms) == ("axiom", ("given",))


async def test_an_axiom_in_the_place_of_a_library_theorem(lean: LeanClient) -> None:
    """Embedded Lean's own theorems look like axioms; a name of theirs does not make one a theorem.

    `Acc.recC.eq_def` is private to a module, so the name is free.
    """
    f = Forger()
    f.declare("axiom", "_private.Init.WFComputable.0.Acc.recC.eq_def", f.const("False"))
    proof = f.const("_private.Init.WFComputable.0.Acc.recC.eq_def")
    assert (await judged(lean, false_by(f, proof))).refused == "axiom"


async def test_a_private_constant_of_the_library_declared_anew(lean: LeanClient) -> None:
    """`loop f n a` is said to be `a` for n = 0; here it is `f a`, so 1 would be 0."""
    f = Forger()
    loop = "_private.Init.Data.Nat.Basic.0.Nat.repeatTR.loop"
    sort = f.sort(f.succ(f.param("u")))
    endo, nat = f.pi(f.var(0), f.var(1)), f.const("Nat")
    type_ = f.pi(sort, endo, nat, f.var(2), f.var(3))
    f.declare(
        "def", loop, type_, f.lam(sort, endo, nat, f.var(2), f.app(f.var(2), f.var(0))), ["u"]
    )
    zero = f.const("Nat.zero")
    equation = f.app(f.const(f"{loop}.eq_1", 0), nat, f.const("Nat.succ"), zero)
    answer = await judged(lean, false_by(f, f.app(f.const("Nat.succ_ne_zero"), zero, equation)))
    assert answer.refused == "kernel"
    assert "repeatTR.loop.eq_1" in answer.message


async def test_compiled_code_is_no_proof(lean: LeanClient) -> None:
    f = Forger()
    f.declare("def", "c", f.const("Bool"), f.const("Bool.true"))
    bool_, true = f.const("Bool"), f.const("Bool.true")
    reduced = f.app(f.const("Lean.reduceBool"), f.const("c"))
    f.declare(
        "theorem",
        "bad",
        f.app(f.const("Eq", f.level(1)), bool_, reduced, true),
        f.app(f.const("Eq.refl", f.level(1)), bool_, true),
    )
    answer = await judged(lean, f.export, source="")
    assert (answer.refused, answer.axioms) == ("axiom", ("Lean.trustCompiler",))


async def test_the_statements_declarations_cannot_be_exchanged(lean: LeanClient) -> None:
    """By a declaration of another kind that brings the name with it: here a constructor."""
    header = "inductive Coin where | heads | tails\ndef Coin.worth : Coin → Nat := fun _ => 1\n"
    source = "theorem t : Coin.heads = Coin.tails := by sorry"
    f = Forger()
    coin, type_ = f.const("Coin"), f.sort(f.level(1))
    f.inductive("Coin", type_, [("Coin.heads", coin)])
    f.declare("def", "Coin.tails", coin, f.const("Coin.heads"))
    level = f.level(1)
    f.declare(
        "theorem",
        "t",
        f.app(f.const("Eq", level), coin, f.const("Coin.heads"), f.const("Coin.tails")),
        f.app(f.const("Eq.refl", level), coin, f.const("Coin.heads")),
    )
    answer = await judged(lean, f.export, source, name=("t",), header=header)
    assert answer.refused == "statement"
    assert "Coin" in answer.message


async def test_the_statements_matcher_cannot_be_exchanged(lean: LeanClient) -> None:
    """`match` in a statement becomes `t.match_1`, which is not of the header.  Here it always takes
    its last branch."""
    source = "theorem t : (match 0 with | 0 => 1 | n => n + 2) = 2 := by sorry"
    stated = await lean.export("", ("t",), source, 20)
    assert isinstance(stated, ExportAnswer)
    f = Forger.of(stated.export)
    [matcher] = [d for d in f.decls if f.names[cast(int, d["name"])] == [f.name("t"), "match_1"]]
    [theorem] = [d for d in f.decls if d["kind"] == "theorem"]
    nat, unit, sort = f.const("Nat"), f.const("Unit"), f.sort(f.param("u_1"))
    zero = f.app(f.const("OfNat.ofNat", 0), nat, f.nat(0), f.app(f.const("instOfNatNat"), f.nat(0)))
    matcher["value"] = f.lam(
        f.pi(nat, sort),
        nat,
        f.pi(unit, f.app(f.var(2), zero)),
        f.pi(nat, f.app(f.var(3), f.var(0))),
        f.app(f.var(0), f.var(2)),
    )
    theorem["value"] = f.app(f.const("Eq.refl", f.level(1)), nat, f.nat(2))
    answer = await judged(lean, f.export, source, name=("t",))
    assert answer.refused == "statement"
    assert "t.match_1" in answer.message
    alone = await judged(lean, f.export, source="", name=("t",))
    assert alone.refused == ""  # by itself it is a theorem: of another statement


async def test_a_theorem_must_be_a_theorem_under_its_name(lean: LeanClient) -> None:
    for kind in ("axiom", "def", "opaque"):
        f = Forger()
        f.declare(kind, "t", f.const("True"), None if kind == "axiom" else f.const("True.intro"))
        answer = await judged(lean, f.export, "theorem t : True := by sorry", name=("t",))
        assert answer.refused == "statement", kind
    f = Forger()
    f.declare("theorem", "u", f.const("True"), f.const("True.intro"))
    answer = await judged(lean, f.export, "theorem t : True := by sorry", name=("t",))
    assert answer.refused == "missing"


async def test_names_are_taken_apart_only_by_the_trusted_side(lean: LeanClient) -> None:
    """A component with a dot is not two components."""
    f = Forger()
    row = {"kind": "theorem", "levels": [], "type": f.const("True"), "value": f.const("True.intro")}
    f.decls.append(row | {"name": f.name("a.b")})
    answer = await judged(lean, f.export, "theorem a.b : True := by sorry", name=("a", "b"))
    assert answer.refused == "missing"
    answer = await judged(lean, f.export, "theorem «a.b» : True := by sorry", name=("a.b",))
    assert answer.refused == ""


async def test_a_library_without_init_is_no_ground_to_judge_on(lean: LeanClient) -> None:
    """The kernel computes with numbers by itself: they must be those of Init.  A file that begins
    with `prelude` gets them all the same."""
    answer = await judged(lean, false_by(Forger(), 0), header="prelude\n")
    assert answer.refused == "kernel"
    f = Forger()
    f.declare(
        "def", "Nat.add", f.pi(f.const("Nat"), f.const("Nat")), f.lam(f.const("Nat"), f.var(0))
    )
    answer = await judged(lean, f.export, header="prelude\n")
    assert "declared already" in answer.message


# A candidate's process may say anything


LIES = {
    "that it is accepted": '{"id":ID,"ok":{"refused":"","message":"","axioms":[]}}',
    "a reason that is none": '{"id":ID,"ok":{"refused":"fine","message":"","axioms":[]}}',
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
async def test_a_candidate_that_lies_is_not_accepted(lie: str, launch: LaunchFor) -> None:
    program = (sys.executable, str(Path(__file__).with_name("liar.py")), lie)
    async with Verifier(launch, seconds=20) as verifier:
        verifier._candidate = Side(
            lambda imports: replace(launch(imports), argv=program),
            memory_mb=1024,
            setup_seconds=20,
        )
        verdict = (await verifier.verify(SWAP, "omega")).verdict
    assert isinstance(verdict, Refused | Undecided)
