/-
A component of a name that is a number in guillemets.
expect: accepted
-/
theorem chapter.«3».«1» : 3 + 1 = 4 := by sorry
-- script
rfl
