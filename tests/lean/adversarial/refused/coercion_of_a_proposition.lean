/-
A coercion of the candidate's own makes any truth value a proposition that is true.
expect: statement
-/
theorem holds : (false : Bool) := by sorry
-- candidate
instance (priority := 10000) : CoeSort Bool Prop := ⟨fun _ => True⟩

theorem holds : (false : Bool) := trivial
