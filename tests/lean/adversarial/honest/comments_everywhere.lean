/-
Comments of all kinds between the parts.
expect: accepted
-/
/-! A section of text. -/
-- statement
theorem /- here -/ t -- and here
  (a : Nat) /- nested /- comment -/ -/ : a = a := by sorry
-- script
-- a comment first
rfl /- and last -/
