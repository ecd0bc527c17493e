"""Headers with all that Lean files have in them: real elaboration, in embedded Lean."""

from __future__ import annotations

from pathlib import Path

import pytest

from lean_env import Applied, LeanPool, Theorem
from lean_env.errors import InvalidHeader

RICH = (Path(__file__).parent / "data" / "header.lean").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("statement", "tactic"),
    [
        ("theorem a (x : α) (t : Tree α) : (Tree.node t x t).size = 2 * t.size + 1",
         "simp [Tree.size]; omega"),
        ("theorem b : even 10 = true", "decide"),
        ("theorem c (a : Nat) : gcd' a 0 = a", "simp [gcd']"),
        ("theorem d (a b : Nat) : a ⋄ b = b ⋄ a", "exact Nat.add_comm a b"),
        ("theorem e (n : Nat) : n ! ≠ 0", "exact Nat.ne_of_gt (foo n)"),
        ("theorem f (p : Point) : p = ⟨p.x, p.y⟩", "cases p; rfl"),
        ("theorem g (p q : Prop) : p → q → p ∧ q", "my_tac"),
    ],
)  # fmt: skip
async def test_inductive_mutual_recursive_and_notation(
    pool: LeanPool, statement: str, tactic: str
) -> None:
    state = await pool.start(Theorem(statement=statement, header=RICH))
    [[outcome]] = await pool.step([(state, [tactic])])
    assert isinstance(outcome, Applied), outcome
    assert outcome.closed


@pytest.mark.parametrize(
    ("header", "line"),
    [
        ("def ok := 1\ntheorem t : 1 = 2 := rfl\ndef fine := 2\n", 2),
        ("open Nat\ndef f : Nat :=", 2),
        ("namespace X\nend Y\n", 2),
    ],
)
async def test_the_first_error_of_a_header_is_reported(
    pool: LeanPool, header: str, line: int
) -> None:
    with pytest.raises(InvalidHeader) as caught:
        await pool.start(Theorem(statement="theorem t : 1 = 1", header=header))
    assert caught.value.line == line
