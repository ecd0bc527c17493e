"""What the trusted process asks beyond Lean's kernel, without the second one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from lean_env.gate.verifier import Verifier
from lean_env.types import Accepted, Kernels, RefusalReason, Refused
from lean_env.wire.client import LaunchFactory
from tests.support.tricks import read

REFUSED = Path(__file__).parents[2] / "adversarial" / "refused"
HONEST = """
inductive Tree (α : Type) | leaf | node (x : α) (l r : Tree α)
inductive Rose (α : Type) | mk (x : α) (children : List (Rose α))
structure Within (α : Type) (p : α → Prop) where
  x : α
  h : p x
structure Both (a b : Prop) : Prop where
  left : a
  right : b
mutual
inductive Even : Nat → Prop | zero : Even 0 | succ : Odd n → Even (n + 1)
inductive Odd : Nat → Prop | succ : Even n → Odd (n + 1)
end
inductive Good {α : Sort u} (r : α → α → Prop) : α → Prop
  | intro (x : α) (h : (y : α) → r y x → Good r y) : Good r x
inductive Either (α : Sort u) (β : Sort v) : Sort (max 1 u v) | inl (a : α) | inr (b : β)
class Monoid' (α : Type u) extends Mul α, One α where
  one_mul : ∀ a : α, 1 * a = a
theorem of_both (h : Both a b) : b ∧ a := ⟨h.2, h.1⟩
theorem of_sub (s : Within α p) : p s.1 := s.2
theorem eta (s : Within α p) : s = ⟨s.1, s.2⟩ := rfl
theorem even : Even 2 := .succ (.succ .zero)
theorem tree (t : Tree α) : t = t := by cases t <;> rfl
theorem rose (t : Rose α) : ∃ x cs, t = .mk x cs := by cases t; exact ⟨_, _, rfl⟩
theorem good (h : Good r x) : True := by cases h; trivial
theorem either (e : Either Nat Bool) : (∃ n, e = .inl n) ∨ ∃ b, e = .inr b := by
  cases e <;> simp
theorem monoid [Monoid' α] (a : α) : 1 * (1 * a) = a := by
  rw [Monoid'.one_mul, Monoid'.one_mul]
"""


@pytest_asyncio.fixture(scope="module")
async def verifier(launch: LaunchFactory) -> AsyncIterator[Verifier]:
    async with Verifier(launch, kernels=Kernels.LEAN) as verifier:
        yield verifier


async def test_honest_types_and_projections_are_accepted(verifier: Verifier) -> None:
    checked = await verifier.audit_file(HONEST)
    assert len(checked) == 9
    assert all(isinstance(theorem.verdict, Accepted) for theorem in checked), checked


@pytest.mark.parametrize(
    ("case", "why"),
    [
        ("nested_parameter_of_no_type", "a projection of what is no"),
        ("proposition_told_by_syntax", "is a proposition's, and not written as such"),
    ],
)
async def test_errors_of_the_kernel_are_found(case: str, why: str, verifier: Verifier) -> None:
    [verdict] = await read(REFUSED / f"{case}.lean").verdicts(verifier)
    assert isinstance(verdict, Refused)
    assert verdict.reason is RefusalReason.KERNEL
    assert verdict.message.startswith("the elaborator refuses")
    assert why in verdict.message
