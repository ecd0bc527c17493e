/-
The axiom behind `sorry` by its name.
expect: sorry
-/
theorem t (p : Prop) : p := by sorry
-- candidate
theorem t (p : Prop) : p := sorryAx p false
