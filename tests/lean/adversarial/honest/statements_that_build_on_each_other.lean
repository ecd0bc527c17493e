/-
Three statements, each used in the proof of the next.
expect: accepted
-/
def f (n : Nat) : Nat := n + 1
theorem a : f 0 = 1 := by sorry
theorem b : f (f 0) = 2 := by sorry
theorem c : f (f (f 0)) = 3 := by sorry
-- candidate
def f (n : Nat) : Nat := n + 1
theorem a : f 0 = 1 := rfl
theorem b : f (f 0) = 2 := by rw [a]; rfl
theorem c : f (f (f 0)) = 3 := by rw [b]; rfl
