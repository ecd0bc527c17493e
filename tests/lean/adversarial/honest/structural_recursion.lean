/-
A proof by structural recursion on the theorem itself.
expect: accepted
-/
theorem t (n : Nat) : n < 2 ^ n := by sorry
-- candidate
theorem t : ∀ n : Nat, n < 2 ^ n
  | 0 => by decide
  | n + 1 => by have := t n; omega
