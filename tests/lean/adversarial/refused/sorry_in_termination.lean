/-
The recursion has no end; that it has one is proved by `sorry`.
expect: sorry
-/
theorem t (n : Nat) : n + 1 = n := by sorry
-- candidate
theorem t (n : Nat) : n + 1 = n :=
  absurd (t (n + 1)) (by omega)
termination_by n
decreasing_by all_goals sorry
