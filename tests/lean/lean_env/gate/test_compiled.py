"""The gate over compiled files, on embedded Lean behind the command line of a native one."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from lean_env.errors import BadInput, InvalidStatement
from lean_env.gate.compiled.gate import CompiledGate
from lean_env.toolchain.cache import default_cache_dir
from lean_env.toolchain.native import find_native
from lean_env.types import Accepted, RefusalReason, Refused, Theorem
from lean_env.wire.client import LaunchFactory
from tests.support.toolchains import install

STATEMENTS = """inductive Tree | leaf | node (l r : Tree)
def Tree.size : Tree → Nat | leaf => 0 | node l r => l.size + r.size + 1
def big (n : Nat) : Prop := 100 < n
structure Pair where (a b : Nat)
theorem honest (t : Tree) : 0 ≤ t.size := by sorry
namespace Own
theorem helped (n : Nat) : n + 0 = n := sorry
end Own
theorem in_other_words (n : Nat) (h : Nat.le 1 n) : n ≠ 0 := by sorry
theorem of_pair (p : Pair) : p = ⟨p.a, p.b⟩ := by sorry
theorem assumed (p : Prop) : p := by sorry
theorem left_open : 2 = 3 := by sorry
theorem compiled : 10 < 11 := by sorry
theorem weaker (n : Nat) : n < n + 2 := by sorry
theorem redefined : big 5 := by sorry
theorem forgotten : True := by sorry
theorem no_theorem : True := by sorry
theorem closed : 1 + 1 = 2 := rfl
"""
PROOFS = """inductive Tree | leaf | node (l r : Tree)
def Tree.size : Tree → Nat | leaf => 0 | node l r => l.size + r.size + 1
def big (n : Nat) : Prop := 1 < n
structure Pair where (a b : Nat)
theorem honest (t : Tree) : 0 ≤ t.size := by cases t <;> simp [Tree.size]
namespace Own
mutual
def even : Nat → Bool | 0 => true | n + 1 => odd n
def odd : Nat → Bool | 0 => false | n + 1 => even n
end
theorem aux (n : Nat) : n + 0 = n := by
  have : even 0 = true := by simp [even]
  exact rfl
theorem helped (n : Nat) : n + 0 = n := aux n
end Own
theorem in_other_words (n : Nat) (h : 1 ≤ n) : n ≠ 0 := by omega
theorem of_pair (p : Pair) : p = ⟨p.a, p.b⟩ := rfl
axiom anything (p : Prop) : p
theorem assumed (p : Prop) : p := anything p
theorem helper : 2 = 3 := by sorry
theorem left_open : 2 = 3 := helper
theorem compiled : 10 < 11 := by native_decide
theorem weaker (n : Nat) : n < n + 3 := by omega
theorem redefined : big 5 := by
  show 1 < 5
  decide
def no_theorem : True := trivial
"""
EXPECTED = {
    "honest": None,
    "Own.helped": None,
    "in_other_words": None,
    "of_pair": None,
    "assumed": RefusalReason.AXIOM,
    "left_open": RefusalReason.SORRY,
    "compiled": RefusalReason.AXIOM,
    "weaker": RefusalReason.STATEMENT,
    "redefined": RefusalReason.STATEMENT,
    "forgotten": RefusalReason.MISSING,
    "no_theorem": RefusalReason.STATEMENT,
}
COMMUTES = Theorem(header="namespace A\n", statement="example (a b : Nat) : a + b = b + a")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def gate(
    launch: LaunchFactory, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[CompiledGate]:
    launch(("Init",))
    path = f"{install(tmp_path_factory.mktemp('lean'))}{os.pathsep}{os.environ['PATH']}"
    lean = find_native(None, {**os.environ, "PATH": path})
    assert lean
    async with CompiledGate(lean, default_cache_dir()) as gate:
        yield gate


async def test_a_file_against_its_statements(gate: CompiledGate) -> None:
    checked = await gate.verify_file(PROOFS, STATEMENTS)
    assert [theorem.name for theorem in checked] == list(EXPECTED)
    lines = STATEMENTS.splitlines()
    for theorem in checked:
        assert theorem.name.rpartition(".")[2] in lines[theorem.line - 1]
        expected = EXPECTED[theorem.name]
        if expected is None:
            assert isinstance(theorem.verdict, Accepted), theorem
        else:
            assert isinstance(theorem.verdict, Refused), theorem
            assert theorem.verdict.reason is expected, theorem


async def test_what_does_not_come_to_the_comparison(gate: CompiledGate) -> None:
    wrong = (await gate.verify(COMMUTES, "rfl")).verdict
    assert isinstance(wrong, Refused)
    assert (wrong.reason, wrong.message[:7]) == (RefusalReason.COMPILE, "line 3:")
    forbidden = (await gate.verify(COMMUTES, "sorry")).verdict
    assert isinstance(forbidden, Refused)
    with pytest.raises(InvalidStatement, match="statement:1:"):
        await gate.verify(Theorem(statement="theorem t : 1 = True"), "rfl")
    with pytest.raises(BadInput, match="nothing to prove"):
        await gate.verify_file("theorem t : True := trivial", "theorem t : True := trivial")
