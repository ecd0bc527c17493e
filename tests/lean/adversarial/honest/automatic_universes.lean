/-
Universes that Lean names by itself.
expect: accepted
-/
theorem t {α : Type _} {β : Type _} (p : α × β) : (p.1, p.2) = p := by sorry
-- script
rfl
