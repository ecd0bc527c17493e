/-
The file does not parse after the theorem, which by itself is proved.
expect: compile
-/
theorem t : 1 + 1 = 2 := by sorry
-- candidate
theorem t : 1 + 1 = 2 := rfl
theorem )
