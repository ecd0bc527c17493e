/-
The `sorry` stands in a step far from the goal.
expect: sorry
-/
theorem t (n : Nat) : n = n + 1 := by sorry
-- candidate
theorem t (n : Nat) : n = n + 1 := by
  have step : ∀ m : Nat, m = m := fun _ => rfl
  have absurd : False := by
    have := step n
    sorry
  exact absurd.elim
