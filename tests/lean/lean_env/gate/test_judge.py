"""What the judge says of forged terms: a candidate's process may give out anything."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import cast

import pytest
import pytest_asyncio

from lean_env.types import STANDARD_AXIOMS
from lean_env.wire.client import LaunchFactory, LeanClient
from lean_env.wire.protocol import ExportAnswer, JudgeAnswer, Name
from tests.support.forge import Forger

FALSE = "theorem bad : False := by sorry"


@pytest_asyncio.fixture(scope="module")
async def lean(launch: LaunchFactory) -> AsyncIterator[LeanClient]:
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
    """`match` in a statement becomes `t.match_1`, which is not of the header.

    Here it always takes its last branch.
    """
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
    """The kernel computes with numbers by itself: they must be those of Init.

    A file that begins with `prelude` gets them all the same.
    """
    answer = await judged(lean, false_by(Forger(), 0), header="prelude\n")
    assert answer.refused == "kernel"
    f = Forger()
    f.declare(
        "def", "Nat.add", f.pi(f.const("Nat"), f.const("Nat")), f.lam(f.const("Nat"), f.var(0))
    )
    answer = await judged(lean, f.export, header="prelude\n")
    assert "declared already" in answer.message
