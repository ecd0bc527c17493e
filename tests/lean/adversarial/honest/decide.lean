/-
A proof by evaluation of a decision procedure.
expect: accepted
-/
theorem t : ∀ a : Fin 8, ∀ b : Fin 8, a * b = b * a := by sorry
-- script
decide
