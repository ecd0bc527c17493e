/-
The file proves another theorem.
expect: missing
-/
theorem t : 1 + 1 = 3 := by sorry
-- candidate
theorem u : 1 + 1 = 2 := rfl
