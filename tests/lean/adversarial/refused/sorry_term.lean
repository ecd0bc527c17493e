/-
The proof is a `sorry`.
expect: sorry
-/
theorem t : 1 = 2 := by sorry
-- candidate
theorem t : 1 = 2 := sorry
