/-
A proof by a term.
expect: accepted
-/
theorem t (p q r : Prop) : (p → q) → (q → r) → p → r := by sorry
-- candidate
theorem t (p q r : Prop) : (p → q) → (q → r) → p → r := fun f g => g ∘ f
