/-
An example is left out, and another declaration has its hidden name.
expect: statement
-/
example : 2 + 2 = 5 := by sorry
-- candidate
theorem _example_1 : 2 + 2 = 4 := rfl
