/-
The statement is about a definition that is a hidden `sorry`, so it says nothing.
expect: sorry
-/
macro "whatever" : term => `(sorry)
def something : Prop := whatever
theorem t : something → something := by sorry
-- candidate
macro "whatever" : term => `(sorry)
def something : Prop := whatever
theorem t : something → something := fun h => h
