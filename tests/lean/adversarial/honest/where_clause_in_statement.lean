/-
The statement has a `where` clause, and the goal lies before it.
expect: accepted
-/
theorem t (n : Nat) : n ≤ n + 1 := by sorry
where
  step : ∀ m : Nat, m ≤ m + 1 := Nat.le_succ
-- candidate
theorem t (n : Nat) : n ≤ n + 1 := step n
where
  step : ∀ m : Nat, m ≤ m + 1 := Nat.le_succ
