/-
A hypothesis of the theorem is stronger than stated.
expect: statement
-/
theorem t (a b : Nat) (h : a ≤ b) : a < b := by sorry
-- candidate
theorem t (a b : Nat) (h : a + 1 ≤ b) : a < b := h
