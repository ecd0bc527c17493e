/-
The theorem has a hypothesis more.
expect: statement
-/
theorem t (n : Nat) : n < 10 := by sorry
-- candidate
theorem t (n : Nat) (h : n < 5) : n < 10 := by omega
