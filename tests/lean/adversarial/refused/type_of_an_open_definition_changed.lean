/-
The type of a definition that is left open mentions a definition that is given, which is changed.
expect: statement
-/
abbrev Small : Type := Fin 2
def pick : Small := sorry
theorem spec (x : Small) : x.val < 2 ∧ pick = pick := by sorry
-- candidate
abbrev Small : Type := Fin 1
def pick : Small := 0
theorem spec (x : Small) : x.val < 2 ∧ pick = pick := ⟨by omega, rfl⟩
