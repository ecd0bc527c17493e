/-
Stated of natural numbers, where subtraction is cut off; proved of integers.
expect: statement
-/
theorem t (a b : Nat) : a - b + b = a := by sorry
-- candidate
theorem t (a b : Int) : a - b + b = a := by omega
