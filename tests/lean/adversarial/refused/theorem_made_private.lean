/-
The theorem is private: no other file can use it under its name.
expect: missing
-/
theorem t : 1 + 1 = 2 := by sorry
-- candidate
private theorem t : 1 + 1 = 2 := rfl
