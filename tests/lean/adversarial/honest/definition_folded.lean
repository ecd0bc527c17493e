/-
The statement is the theorem's type after unfolding.
expect: accepted
-/
theorem t : ∃ k, 10 = 2 * k := by sorry
-- candidate
def Even (n : Nat) : Prop := ∃ k, n = 2 * k
theorem t : Even 10 := ⟨5, rfl⟩
