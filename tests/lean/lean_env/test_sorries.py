"""Which `sorry` of a declaration is to be proved, and what is named before any search."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from lean_env.errors import InvalidStatement
from lean_env.gate.verifier import Verifier
from lean_env.pool import LeanPool
from lean_env.types import Accepted, RefusalReason, Refused, Theorem
from lean_env.wire.client import LaunchFactory

SEVERAL_LINES = "skip\nconstructor\n· exact h\n· first\n  | fail\n  | exact k"
SKETCH = """theorem t (a b : Nat) (h : a = b) : b = a ∧ a * 1 = a := by
  have one : b = a := by sorry
  constructor
  sorry
  · admit"""


@pytest_asyncio.fixture(scope="module")
async def verifier(launch: LaunchFactory) -> AsyncIterator[Verifier]:
    async with Verifier(launch) as verifier:
        yield verifier


async def test_a_sorry_closes_its_first_goal_only(pool: LeanPool) -> None:
    statement = (
        "theorem t (a b : Nat) (h : a = b) : b = a ∧ a = b := by constructor; sorry; exact h"
    )
    root = await pool.start(Theorem(statement=statement))
    assert [goal.target for goal in root.goals] == ["b = a"]
    turned = statement.replace("sorry;", "rotate_left; sorry;").replace("exact h", "exact h.symm")
    root = await pool.start(Theorem(statement=turned))
    assert [goal.target for goal in root.goals] == ["a = b"]


async def test_each_sorry_by_its_number(pool: LeanPool) -> None:
    targets = []
    for index in range(3):
        root = await pool.start(Theorem(statement=SKETCH, sorry_index=index))
        [goal] = root.goals
        targets.append(goal.target)
    assert targets == ["b = a", "b = a", "a * 1 = a"]
    with pytest.raises(InvalidStatement, match="more than one `sorry`"):
        await pool.start(Theorem(statement=SKETCH))
    with pytest.raises(InvalidStatement, match="no `sorry` number 4"):
        await pool.start(Theorem(statement=SKETCH, sorry_index=3))


@pytest.mark.parametrize(
    ("statement", "target"),
    [
        ("theorem t (p : Prop) (h : p) : p := by first | sorry | exact h", "p"),
        ("theorem t (p : Prop) (h : p) : p := by try sorry", "p"),
        ("theorem t (p : Prop) (h : p) : p := by repeat sorry", "p"),
        ("theorem t (p : Prop) (h : p) : p ∧ p := by constructor <;> sorry", "p"),
        ("theorem t (p : Prop) (h : p) : p := by admit", "p"),
        ("theorem t : (∀ n : Nat, n = n) := fun n => match n with | 0 => rfl | _ + 1 => sorry", ""),
    ],
)
async def test_a_sorry_under_a_combinator(pool: LeanPool, statement: str, target: str) -> None:
    root = await pool.start(Theorem(statement=statement))
    assert len(root.goals) == 1
    assert not target or root.goals[0].target == target


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        (
            "theorem t (a b : Nat) : a = a ∧ b + 0 = b := by constructor <;> sorry",
            "run on several goals",
        ),
        ("theorem t (a : Nat) : a = a := by\n  stop\n  rfl", "write `sorry` in its place"),
        ("opaque t : { m : Nat // m = m } := ⟨0, by sorry⟩", "does not know"),
        ("theorem t : Nat := sorry", "not a proposition"),
        ("def t : Nat := sorry", "not a proposition"),
        ("theorem t (p q : Prop) : p ∧ q := by constructor; sorry", "unsolved goals"),
        ("theorem t (p : Prop) (h : p) : p := by\n  sorry\n  exact h", "No goals"),
    ],
)
async def test_what_cannot_be_proved_is_named_before_the_search(
    pool: LeanPool, statement: str, says: str
) -> None:
    with pytest.raises(InvalidStatement, match=says):
        await pool.start(Theorem(statement=statement))


async def test_what_a_file_leaves_open(pool: LeanPool) -> None:
    scan = await pool.scan(
        'notation "☃" => sorry\n'
        'macro "hidden" : term => `(sorry)\n'
        "#check (sorry : Nat)\n"
        "theorem a : 1 = 1 := by admit\n"
        "theorem b : 1 = 1 := hidden\n"
        "namespace N\n"
        "def c (n : Nat) : Nat := sorry\n"
        "open Nat in\nexample : 1 = 1 := by\n  stop\n  rfl\n"
        "theorem d : True := trivial\n"
        "end N\n"
    )
    found = [(r.line, r.sorries, [(d.text, d.kind) for d in r.declares]) for r in scan.sorries]
    assert found == [
        (4, 1, [("a", "theorem")]),
        (5, 0, [("b", "theorem")]),
        (7, 1, [("N.c", "definition")]),
        (8, 1, []),
    ]
    assert [theorem.text for theorem in scan.theorems] == ["a", "b", "N.d"]


@pytest.mark.parametrize(
    ("statement", "names"),
    [
        ("theorem t (f : α → β) (x : α) : f x = f x", ("α", "β")),
        ("theorem t {α : Type u} (x : α) : x = x", ("u",)),
        ("theorem t.{u} {α : Type u} (x : α) : x = x", ()),
        ("theorem t {α : Type _} (x : α) : x = x", ()),
        ("theorem t (f : ℝ → ℝ) (hf : ∀ x, f x = x) : f = id", ("ℝ",)),
        ("theorem t (x : number) : x = x", ("number",)),
        ("example {n : Nat} (h : n = n) : n = n := by\n  intros\n  sorry", ()),
        ("theorem t (n : Nat) : n = n", ()),
    ],
)
async def test_names_that_nothing_declares(
    pool: LeanPool, statement: str, names: tuple[str, ...]
) -> None:
    assert (await pool.start(Theorem(statement=statement))).auto_bound == names


async def test_variables_of_a_section_are_declared(pool: LeanPool) -> None:
    header = "universe u\nvariable {α : Type u} [Inhabited α] (x : α)\n"
    root = await pool.start(Theorem(statement="theorem t (y : β) : x = x ∧ y = y", header=header))
    assert root.auto_bound == ("β",)


PART = "def t (n : Nat) (h : 3 < n) : { m : Nat // m > 3 } := ⟨n + 1, by sorry⟩"


@pytest.mark.parametrize(
    ("statement", "script"),
    [
        (PART, "omega"),
        (PART, "exact Nat.lt_succ_of_lt h"),
        (PART, PART.replace("sorry", "omega")),
        (PART, PART.replace("n + 1", "Nat.succ n").replace("sorry", "omega")),
        ("def t (xs : List Nat) (h : 2 < xs.length) : Nat := xs[2]'(by sorry)", "exact h"),
        (
            "def t (n : Nat) : Nat := if h : n < 2 then 0 else 1 + t (n / 2)\n"
            "termination_by n\ndecreasing_by sorry",
            "omega",
        ),
        ("instance t : Inhabited { n : Nat // n > 3 } where\n  default := ⟨4, sorry⟩", "decide"),
        ("theorem t (n : Nat) : n + 0 = n := go n\nwhere go (m : Nat) : m + 0 = m := sorry", "rfl"),
    ],
)
async def test_proofs_in_definitions_are_filled_in(
    verifier: Verifier, statement: str, script: str
) -> None:
    checked = await verifier.verify(Theorem(statement=statement), script)
    assert isinstance(checked.verdict, Accepted), checked


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (PART.replace("n + 1", "n").replace("sorry", "exact h"), RefusalReason.STATEMENT),
        (PART.replace("n + 1", "n + 2").replace("sorry", "omega"), RefusalReason.STATEMENT),
        (PART.replace("m > 3", "m > 2").replace("sorry", "omega"), RefusalReason.STATEMENT),
        (PART.replace("sorry", "exact (_ : False).elim"), RefusalReason.COMPILE),
        (PART, RefusalReason.FORBIDDEN),
        ("rfl", RefusalReason.COMPILE),
    ],
)
async def test_nothing_else_of_a_definition_may_change(
    verifier: Verifier, script: str, reason: RefusalReason
) -> None:
    checked = await verifier.verify(Theorem(statement=PART), script)
    assert isinstance(checked.verdict, Refused), checked
    assert checked.verdict.reason is reason


async def test_what_a_definition_uses_may_not_change_either(verifier: Verifier) -> None:
    """The header's definition is the same, but the submission shadows it with one of its own."""
    header = "def three : Nat := 3\n"
    statement = "def N.t (n : Nat) : { m : Nat // m > 2 } := ⟨three + n, by sorry⟩"
    theorem = Theorem(statement=statement, header=header)
    proved = statement.replace("sorry", "simp only [three]; omega")
    assert (await verifier.verify(theorem, proved)).verdict.ok
    other = "def N.three : Nat := 4\n" + proved
    assert not (await verifier.verify(theorem, other)).verdict.ok


FORMS = [
    "by constructor; sorry; exact h",
    "by\n  constructor\n  sorry\n  exact h",
    "⟨by sorry, h⟩",
    "⟨sorry, h⟩",
    "by\n  constructor\n  · have both : p ∧ q := by sorry\n    exact both\n  · exact h",
    "by\n  refine ⟨?_, h⟩\n"
    "  cases (Or.inl h : p ∨ p) with | inl _ => sorry | inr _ => exact ⟨h, k⟩",
    "by\n  refine ⟨?_, h⟩\n"
    "  cases (Or.inl h : p ∨ p) with\n  | inl _ => sorry\n  | inr _ => exact ⟨h, k⟩",
    "by\n  refine ⟨?_, h⟩; skip <;> sorry",
    "by\n  refine ⟨?_, h⟩\n  sorry <;> done",
    "by\n  refine ⟨?_, h⟩\n  all_goals sorry",
]


@pytest.mark.parametrize("proof", FORMS)
@pytest.mark.parametrize("script", ["first | fail | exact ⟨h, k⟩", SEVERAL_LINES])
async def test_a_proof_fits_in_the_place_of_any_sorry(
    verifier: Verifier, proof: str, script: str
) -> None:
    statement = f"theorem t (p q : Prop) (h : p) (k : q) : (p ∧ q) ∧ p := {proof}"
    checked = await verifier.verify(Theorem(statement=statement), script)
    assert isinstance(checked.verdict, Accepted), checked.declaration
