/-
The statement derives how its values are compared; the candidate writes a comparison of its own.
expect: statement
-/
inductive Colour | red | green
  deriving BEq

theorem alike (a b : Colour) : (a == b) = true := by sorry
-- candidate
inductive Colour | red | green
instance : BEq Colour := ⟨fun _ _ => true⟩

theorem alike (a b : Colour) : (a == b) = true := rfl
