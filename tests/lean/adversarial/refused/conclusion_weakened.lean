/-
The conclusion is weaker than stated.
expect: statement
-/
theorem t (a : Nat) : a * a > a := by sorry
-- candidate
theorem t (a : Nat) : a * a ≥ a := Nat.le_mul_self a
