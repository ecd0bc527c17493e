/-
`=` gets a new meaning before the theorem.
expect: statement
-/
theorem t (a b : Nat) : a + 1 = b := by sorry
-- candidate
local infix:50 (priority := high) " = " => fun (_ _ : Nat) => True

theorem t (a b : Nat) : a + 1 = b := trivial
