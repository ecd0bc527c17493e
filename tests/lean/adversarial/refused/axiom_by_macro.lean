/-
A command with a harmless name declares the axiom.
expect: axiom
-/
theorem t : 1 + 1 = 3 := by sorry
-- candidate
macro "prepare" : command => `(axiom $(Lean.mkIdent `prepared) : 1 + 1 = 3)

prepare

theorem t : 1 + 1 = 3 := prepared
