/-
Arithmetic with numbers of some hundred digits.
expect: accepted
-/
theorem t : (2 ^ 521 - 1) * (2 ^ 521 + 1) = 2 ^ 1042 - 1 := by sorry
-- script
decide +kernel
