/-
The proof has no name.
expect: missing
-/
theorem t : 1 + 1 = 2 := by sorry
-- candidate
example : 1 + 1 = 2 := rfl
