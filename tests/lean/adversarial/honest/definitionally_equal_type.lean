/-
The theorem's type is the stated one after unfolding; the proof's file has no need of the definition.
expect: accepted
-/
def Even (n : Nat) : Prop := ∃ k, n = 2 * k
theorem t : Even 10 := by sorry
-- candidate
theorem t : ∃ k, 10 = 2 * k := ⟨5, rfl⟩
