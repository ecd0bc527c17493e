from lean_env.repl.goals import group_by_metavariables, normalise, read_goal
from lean_env.types import Hypothesis

GOAL = """case inr
α : Type u_1
inst✝ : DecidableEq α
p q : Prop
f : α →
  Nat
n : Nat := 3
h : p ∧
  q
hx✝ : n = 3
this : let m := 1; m = 1
⊢ f a =
    3"""


def test_a_goal_is_read_entry_by_entry() -> None:
    goal = read_goal(GOAL)
    assert goal.case == "inr"
    assert goal.target == "f a =\n    3"
    by_name = {h.name: h for h in goal.hypotheses}
    assert list(by_name) == ["α", "inst✝", "p", "q", "f", "n", "h", "hx✝", "this"]
    assert by_name["n"] == Hypothesis("n", "Nat", "3")
    assert by_name["inst✝"].is_instance
    assert not by_name["hx✝"].accessible
    assert by_name["this"].value is None
    assert [name for name, h in by_name.items() if h.is_prop] == ["h", "hx✝", "this"]


def test_goals_without_common_metavariables_are_apart() -> None:
    assert group_by_metavariables(["⊢ p", "⊢ q"]) == [(0,), (1,)]
    assert group_by_metavariables([]) == []


def test_goals_that_share_a_metavariable_stay_together() -> None:
    assert group_by_metavariables(["⊢ ?w = 3", "case w\n⊢ Nat", "⊢ p"]) == [(0, 1), (2,)]
    assert group_by_metavariables(["⊢ a ≤ ?b", "⊢ q", "⊢ ?b ≤ c"]) == [(0, 2), (1,)]


def test_an_anonymous_metavariable_may_be_any_goal_without_a_tag() -> None:
    goals = ["⊢ a ≤ ?m.12", "⊢ ℕ", "case h\n⊢ p"]
    assert group_by_metavariables(goals) == [(0, 1), (2,)]


def test_an_option_is_no_metavariable() -> None:
    assert group_by_metavariables(["⊢ xs[0]?.isSome", "⊢ l.head? = xs[0]?"]) == [(0,), (1,)]


def test_numbers_of_metavariables_and_line_breaks_do_not_count() -> None:
    assert normalise(["case a\n⊢ ?m.7 =\n  ?m.9"]) == normalise(["⊢ ?m.17 = ?m.19"])
    assert normalise(["⊢ ?m.7 = ?m.9"]) != normalise(["⊢ ?m.7 = ?m.7"])
