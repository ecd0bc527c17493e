"""The gate on files: proofs against statements, and an audit of what a file proves."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from lean_env.errors import BadInput, InvalidHeader
from lean_env.gate.verifier import Verifier
from lean_env.types import Accepted, RefusalReason, Refused, Theorem, Undecided
from lean_env.wire.client import LaunchFactory

FALSE = "theorem bad : False := by sorry"
SWAP = Theorem(statement="theorem swap (a b : Nat) : a + b = b + a")


@pytest_asyncio.fixture(scope="module")
async def verifier(launch: LaunchFactory) -> AsyncIterator[Verifier]:
    async with Verifier(launch) as verifier:
        yield verifier


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
open Nat in instance : Inhabited (Fin 3) := sorry
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


async def test_instances_without_a_name(verifier: Verifier) -> None:
    statements = """
structure Point where
  x : Nat
namespace Point
instance (priority := low) : Inhabited Point := sorry
instance {n : Nat} : Nonempty (Fin (n + 1)) := by sorry
end Point
theorem last : 1 = 1 := by sorry
"""
    source = statements.replace("Point := sorry", "Point := ⟨⟨0⟩⟩").replace(
        "by sorry", "by exact ⟨0⟩", 1
    )
    checked = await verifier.verify_file(source.replace("sorry", "rfl"), statements)
    assert [(c.name, c.line, c.verdict.ok) for c in checked] == [
        ("Point.instInhabited", 5, True),
        ("Point.instNonemptyFinHAddNatOfNat", 6, True),
        ("last", 8, True),
    ]
    other = source.replace("Inhabited Point := ⟨⟨0⟩⟩", "Nonempty Point := ⟨⟨0⟩⟩")
    [missing, *_] = await verifier.verify_file(other.replace("sorry", "rfl"), statements)
    assert isinstance(missing.verdict, Refused)
    assert missing.verdict.reason is RefusalReason.MISSING


async def test_files_that_run_code(verifier: Verifier) -> None:
    statements = """import Lean
#eval 3 == 4
#eval decide (3 < 4)
#eval [1, 2, 3].map (· + 1)
#guard [1, 2].map (· + 1) == [2, 3]
run_cmd Lean.logInfo "said"
theorem t : 1 = 1 := by sorry
#print axioms t
"""
    source = statements.replace("sorry", "rfl")
    [checked] = await verifier.audit_file(source)
    assert checked.verdict.ok
    [checked] = await verifier.verify_file(source, statements)
    assert checked.verdict.ok
    thrown = '#eval show IO Unit from throw (IO.userError "too bad")\n'
    with pytest.raises(InvalidHeader, match="too bad") as caught:
        await verifier.audit_file(source + thrown)
    assert caught.value.line == 9
