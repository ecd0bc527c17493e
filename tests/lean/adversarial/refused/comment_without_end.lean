/-
A comment that does not end swallows the theorem.
expect: compile
-/
theorem t : 1 + 1 = 2 := by sorry
-- candidate
theorem u : 1 + 1 = 2 := rfl
/- theorem t : 1 + 1 = 2 := rfl
