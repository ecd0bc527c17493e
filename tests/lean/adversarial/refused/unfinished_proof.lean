/-
The proof leaves a goal.
expect: compile
-/
theorem t (p q : Prop) (hp : p) : p ∧ q := by sorry
-- candidate
theorem t (p q : Prop) (hp : p) : p ∧ q := by
  constructor
  · exact hp
