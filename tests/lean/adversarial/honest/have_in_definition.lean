/-
A definition of the header with a `have` in it.
expect: accepted
-/
def pick (n : Nat) (h : 0 < n) : Fin n :=
  have positive : 0 < n := h
  ⟨0, positive⟩
-- statement
theorem t : pick 3 (by decide) = 0 := by sorry
-- script
rfl
