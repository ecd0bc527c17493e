/-
A definition that is left open is filled in with a value of another type, for which the theorem is easy.
expect: statement
-/
def big : Nat := sorry
theorem big_pos : (0 : Nat) < 1 ∧ big = big := by sorry
-- candidate
def big : Fin 1 := 0
theorem big_pos : (0 : Nat) < 1 ∧ big = big := ⟨by decide, rfl⟩
