/-
The proof is simply wrong.
expect: compile
-/
theorem t (a b : Nat) : a + b = a := by sorry
-- candidate
theorem t (a b : Nat) : a + b = a := by omega
