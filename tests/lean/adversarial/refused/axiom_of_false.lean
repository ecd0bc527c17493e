/-
An axiom that proves everything, used three definitions deep.
expect: axiom
-/
theorem t (p : Prop) : p ↔ ¬p := by sorry
-- candidate
axiom contradiction : False

theorem first : 0 = 1 := contradiction.elim
theorem second : ∀ p : Prop, p := fun _ => nomatch first
theorem t (p : Prop) : p ↔ ¬p := second _
