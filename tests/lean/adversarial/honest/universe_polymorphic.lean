/-
Universe parameters with names of their own.
expect: accepted
-/
theorem t.{w, v} (α : Type w) (β : Type v) (f : α → β) (g : β → α) (h : ∀ x, g (f x) = x) : Function.Injective f := by sorry
-- script
intro a b e
rw [← h a, ← h b, e]
