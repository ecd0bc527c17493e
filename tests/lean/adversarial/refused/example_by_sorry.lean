/-
An example whose proof is a `sorry` from a macro.
expect: sorry
-/
example : 2 + 2 = 5 := by sorry
-- candidate
macro "whatever" : term => `(sorry)
example : 2 + 2 = 5 := whatever
