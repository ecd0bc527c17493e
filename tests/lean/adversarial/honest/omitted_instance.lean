/-
An instance of a section that is left out for the theorem.
expect: accepted
-/
variable {α : Type} [Inhabited α] [BEq α]
-- statement
omit [BEq α] in
theorem t (xs : List α) : xs ++ [] = xs := by sorry
-- script
simp
