/-
An opaque constant stands where a theorem is asked for.
expect: statement
-/
theorem t : 1 + 1 = 2 := by sorry
-- candidate
opaque t : 1 + 1 = 2 := rfl
