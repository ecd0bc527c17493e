/-
The theorem stands in a comment.
expect: missing
-/
theorem t : 1 + 1 = 2 := by sorry
-- candidate
theorem u : 1 + 1 = 2 := rfl
/- the rest of the file is short:
theorem t : 1 + 1 = 2 := rfl
-/
