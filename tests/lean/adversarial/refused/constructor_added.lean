/-
The type of the statement gets another element.
expect: statement
-/
inductive Colour where
  | red | green
theorem t : ∃ a b c : Colour, a ≠ b ∧ b ≠ c ∧ a ≠ c := by sorry
-- candidate
inductive Colour where
  | red | green | blue
theorem t : ∃ a b c : Colour, a ≠ b ∧ b ≠ c ∧ a ≠ c := ⟨.red, .green, .blue, by simp⟩
