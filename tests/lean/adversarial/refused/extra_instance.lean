/-
The theorem asks for an instance more.
expect: statement
-/
theorem t (α : Type) : ∃ _ : α, True := by sorry
-- candidate
theorem t (α : Type) [Inhabited α] : ∃ _ : α, True := ⟨default, trivial⟩
