/-
An example is replaced by another one.
expect: statement
-/
example : 2 + 2 = 5 := by sorry
-- candidate
example : 2 + 2 = 4 := by rfl
