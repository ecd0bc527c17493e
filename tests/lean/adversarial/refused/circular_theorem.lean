/-
A theorem proved by itself.
expect: compile
-/
theorem t (p : Prop) : p := by sorry
-- candidate
theorem t (p : Prop) : p := t p
