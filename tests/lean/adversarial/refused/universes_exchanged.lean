/-
Two universe parameters change places.
expect: statement
-/
theorem t.{u, v} (α : Type u) (β : Type v) (f : α → β) : f = f := by sorry
-- candidate
theorem t.{v, u} (α : Type v) (β : Type u) (f : β → α) : f = f := rfl
