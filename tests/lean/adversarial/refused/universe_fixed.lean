/-
Stated in every universe, proved in one.
expect: statement
-/
theorem t.{u} (α : Type u) (a b : α) : a = b ∨ a ≠ b := by sorry
-- candidate
theorem t (α : Type) (a b : α) : a = b ∨ a ≠ b := Classical.em _
