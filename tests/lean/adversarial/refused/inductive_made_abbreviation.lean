/-
An empty type of the statement is an abbreviation for one with elements.
expect: statement
-/
inductive Nothing
theorem t : Nonempty Nothing := by sorry
-- candidate
abbrev Nothing := Nat
theorem t : Nonempty Nothing := ⟨0⟩
