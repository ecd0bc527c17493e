/-
Rewriting in one place only.
expect: accepted
-/
theorem t (a b c : Nat) : a + b + c = c + (b + a) := by sorry
-- script
conv =>
  lhs
  rw [Nat.add_comm]
  arg 2
  rw [Nat.add_comm]
