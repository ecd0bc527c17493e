/-
Two examples stand in each other's places.
expect: statement
-/
example : 2 + 2 = 4 := by sorry
example : 3 + 3 = 6 := by sorry
-- candidate
example : 3 + 3 = 6 := by rfl
example : 2 + 2 = 4 := by rfl
