/-
The file ends before the theorem.
expect: missing
-/
theorem t : 1 + 1 = 2 := by sorry
-- candidate
theorem u : 1 + 1 = 2 := rfl
#exit
theorem t : 1 + 1 = 2 := rfl
