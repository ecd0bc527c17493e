/-
A field of a structure loses its condition.
expect: statement
-/
structure Big where
  n : Nat
  big : n > 100
theorem t : ∃ b : Big, b.n = 1 := by sorry
-- candidate
structure Big where
  n : Nat
  big : n > 0
theorem t : ∃ b : Big, b.n = 1 := ⟨⟨1, by decide⟩, rfl⟩
