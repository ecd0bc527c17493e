/-
The axiom postulates no proposition but data, out of which one comes.
expect: axiom
-/
theorem t (α : Type) : Nonempty α := by sorry
-- candidate
axiom pick (α : Type) : α

theorem t (α : Type) : Nonempty α := ⟨pick α⟩
