/-
`simp` with arithmetic.
expect: accepted
-/
theorem t (x y : Nat) (h : x + 3 ≤ y + 2) : x < y := by sorry
-- script
simp +arith at h ⊢
exact h
