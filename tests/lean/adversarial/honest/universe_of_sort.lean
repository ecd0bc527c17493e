/-
A statement in `Sort u`, with universe levels to be computed.
expect: accepted
-/
universe u v
-- statement
theorem t (α : Sort u) (β : α → Sort v) (h : ∀ a, Nonempty (β a)) : Nonempty ((a : α) → β a) := by sorry
-- script
exact ⟨fun a => Classical.choice (h a)⟩
