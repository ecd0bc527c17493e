/-
String and character literals in statement and proof.
expect: accepted
-/
theorem t : "α\n\"β\"".length = 5 ∧ 'x'.toNat = 120 := by sorry
-- script
exact ⟨by decide, rfl⟩
