/-
There are fewer examples than are to be proved.
expect: missing
-/
theorem t : True := trivial
example : 2 + 2 = 4 := by sorry
-- candidate
theorem t : True := trivial
