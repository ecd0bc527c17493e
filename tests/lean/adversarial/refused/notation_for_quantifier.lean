/-
`∃` gets the meaning of an implication from falsehood.
expect: statement
-/
theorem t : ∃ n : Nat, n + 1 = n := by sorry
-- candidate
macro (priority := high) "∃ " x:ident " : " τ:term ", " p:term : term => `(∀ $x:ident : $τ, False → $p)

theorem t : ∃ n : Nat, n + 1 = n := fun _ h => h.elim
