/-
The statement is about a definition that is a `sorry`, so it says nothing.
expect: sorry
-/
def something : Prop := sorry
theorem t : something → something := by sorry
-- candidate
def something : Prop := sorry
theorem t : something → something := fun h => h
