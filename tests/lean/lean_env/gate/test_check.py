"""Whole texts, and what Lean says of them; goals that stay together."""

from __future__ import annotations

import pytest

from lean_env.errors import InvalidHeader
from lean_env.pool import LeanPool
from lean_env.types import Limits, Severity, Theorem
from lean_env.wire.client import LaunchFactory, LeanClient
from tests.support.hard import ENDLESS, HARD
from tests.support.pools import applied

TEXT = """theorem good : 1 = 1 := rfl
theorem bad : 1 = 2 := by
  rfl
theorem open' (p : Prop) : p → p := by
  intro h
  sorry
#eval 6 * 7
"""


async def test_every_command_of_a_text_is_elaborated(pool: LeanPool) -> None:
    answer = await pool.check("open Nat\n", TEXT, 60)
    assert answer.finished
    assert not answer.ok
    said = [(m.severity, m.start[0], m.text.splitlines()[0]) for m in answer.messages]
    assert said[0][:2] == (Severity.ERROR, 3)
    assert said[1:] == [
        (Severity.WARNING, 4, "declaration uses `sorry`"),
        (Severity.INFO, 7, "42"),
    ]
    (gap,) = answer.sorries
    assert (gap.start, gap.stop, gap.state) == ((6, 3), (6, 8), None)
    assert gap.goals[0].text == "p : Prop\nh : p\n⊢ p"


async def test_a_file_says_what_it_imports(pool: LeanPool) -> None:
    answer = await pool.check(None, "import Lean\nopen Lean\n#check (Name.anonymous)\n", 60)
    assert [m.text for m in answer.messages] == ["Name.anonymous : Name"]
    with pytest.raises(InvalidHeader, match=r"no module 'Mathlib'"):
        await pool.check(None, "import Mathlib\n", 60)


async def test_a_header_with_errors_is_not_a_text(pool: LeanPool) -> None:
    with pytest.raises(InvalidHeader, match="unknown namespace") as caught:
        await pool.check("open Nowhere\n", TEXT, 60)
    assert caught.value.line == 1


async def test_a_text_that_takes_too_long(launch: LaunchFactory) -> None:
    lean = await LeanClient.launch(launch(("Init",)))
    try:
        text = f"#check Nat\n{HARD.statement} := by\n  {ENDLESS}\n#check Int\n"
        answer = await lean.check("", text, 4)
        assert not answer.finished
        assert not answer.ok
        assert [m.text for m in answer.messages if m.severity is Severity.INFO] == ["Nat : Type"]
        assert (await lean.check("", "#eval 3", 60)).ok
    finally:
        await lean.close()


async def test_what_is_kept_goes_on(launch: LaunchFactory) -> None:
    lean = await LeanClient.launch(launch(("Init",)))
    try:
        first = await lean.check(
            "", "def two := 2\ntheorem t : two = 2 := by sorry\n", 60, keep=True
        )
        assert first.header is not None
        second = await lean.check(first.header, "example : two = 2 := t", 60)
        assert second.ok
        number = first.sorries[0].state
        assert number is not None
        with lean.run(number, ["rfl"], Limits(seconds=60)) as answers:
            assert (await anext(answers)).index == 0
        assert await lean.open("") != first.header  # a text is not taken for a header
    finally:
        await lean.close()


async def test_goals_that_stay_together(pool: LeanPool) -> None:
    theorem = Theorem(statement="theorem t (p q : Prop) (hp : p) (hq : q) : p ∧ q", together=True)
    root = await pool.start(theorem)
    [[split, same]] = await pool.step([(root, ["constructor", "skip"])])
    assert applied(same).states[0].key == root.key
    (both,) = applied(split).states
    assert [goal.case for goal in both.goals] == ["left", "right"]
    await pool.release([root, both])  # and both are replayed
    [[swapped, closed]] = await pool.step([(both, ["rotate_left", "all_goals assumption"])])
    assert [goal.case for goal in applied(swapped).states[0].goals] == ["right", "left"]
    assert applied(closed).closed
