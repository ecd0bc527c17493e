/-
The proof's file has lemmas that the statement's does not have.
expect: accepted
-/
theorem t (a b : Nat) : (a + b) * (a + b) = a * a + 2 * (a * b) + b * b := by sorry
-- candidate
theorem expand (a b c : Nat) : (a + b) * c = a * c + b * c := Nat.add_mul a b c

theorem t (a b : Nat) : (a + b) * (a + b) = a * a + 2 * (a * b) + b * b := by
  rw [expand, Nat.mul_add, Nat.mul_add, Nat.mul_comm b a]
  omega
