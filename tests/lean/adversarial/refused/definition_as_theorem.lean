/-
A definition that is left open is declared as a theorem, whose proof nobody can unfold.
expect: statement
-/
def p : 1 = 1 ∨ 2 = 2 := sorry
-- candidate
theorem p : 1 = 1 ∨ 2 = 2 := .inl rfl
