/-
A chain of equations and inequalities.
expect: accepted
-/
theorem t (a b c : Nat) (h₁ : a = b + 1) (h₂ : b ≤ c) : a ≤ c + 1 := by sorry
-- script
calc
  a = b + 1 := h₁
  _ ≤ c + 1 := Nat.add_le_add_right h₂ 1
