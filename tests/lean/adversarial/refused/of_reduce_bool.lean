/-
The axiom behind `native_decide` by its name.
expect: axiom
-/
theorem t : 3 + 4 = 7 := by sorry
-- candidate
def test : Bool := decide (3 + 4 = 7)

theorem t : 3 + 4 = 7 := of_decide_eq_true (Lean.ofReduceBool test true rfl)
