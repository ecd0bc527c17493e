/-
The function of the statement has another body.
expect: statement
-/
def f (n : Nat) : Nat := 2 * n
theorem t (n : Nat) : f n = n := by sorry
-- candidate
def f (n : Nat) : Nat := n
theorem t (n : Nat) : f n = n := rfl
