/-
An opaque constant hides its value, a `sorry`, from everything but the terms.
expect: sorry
-/
theorem t : 0 = 1 := by sorry
-- candidate
opaque hidden : PLift (0 = 1) := ⟨sorry⟩

theorem t : 0 = 1 := hidden.down
