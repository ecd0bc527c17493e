/-
A definition by well-founded recursion in the header.
expect: accepted
-/
def halve (n : Nat) : Nat :=
  if h : n < 2 then 0 else 1 + halve (n - 2)
termination_by n
-- statement
theorem t : halve 1 = 0 := by sorry
-- script
rw [halve]
rfl
