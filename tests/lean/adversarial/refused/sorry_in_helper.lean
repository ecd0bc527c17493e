/-
The `sorry` is in another theorem.
expect: sorry
-/
theorem t (a b : Nat) : a = b := by sorry
-- candidate
theorem all_equal : ∀ a b : Nat, a = b := by
  intro a b
  sorry

theorem t (a b : Nat) : a = b := all_equal a b
