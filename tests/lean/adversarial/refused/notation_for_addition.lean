/-
`+` gets a new meaning before the theorem.
expect: statement
-/
theorem t (a b : Nat) : a + b = a := by sorry
-- candidate
local infixl:65 (priority := high) " + " => fun (a _ : Nat) => a

theorem t (a b : Nat) : a + b = a := rfl
