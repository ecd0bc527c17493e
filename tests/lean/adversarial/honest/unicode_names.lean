/-
Names in other alphabets, with subscripts.
expect: accepted
-/
def «größe» (ξ₁ ξ₂ : Nat) : Nat := ξ₁ + ξ₂
-- statement
theorem «größe».θεώρημα₁ (ξ₁ ξ₂ : Nat) : «größe» ξ₁ ξ₂ = «größe» ξ₂ ξ₁ := by sorry
-- script
exact Nat.add_comm ξ₁ ξ₂
