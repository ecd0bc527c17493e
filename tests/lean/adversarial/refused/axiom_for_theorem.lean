/-
An axiom of the same name and type stands where a theorem is asked for.
expect: statement
-/
theorem t : 1 + 1 = 3 := by sorry
-- candidate
axiom t : 1 + 1 = 3
