/-
Two theorems are asked for: the proof of the second uses the first, which is not proved.
expect: sorry
-/
theorem a : 1 = 2 := by sorry
theorem b : 2 = 1 := by sorry
-- candidate
theorem a : 1 = 2 := by sorry
theorem b : 2 = 1 := a.symm
