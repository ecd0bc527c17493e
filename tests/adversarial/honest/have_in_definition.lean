/-
A definition of the header with a `have` in it.
expect: accepted
-/
def pick (xs : List Nat) (h : 0 < xs.length) : Nat :=
  have positive : 0 < xs.length := h
  xs[0]
theorem t : pick [5, 6] (by decide) = 5 := by sorry
-- script
rfl
