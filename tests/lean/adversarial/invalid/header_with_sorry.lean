/-
The statement is about a definition that a macro leaves open: only what is written as `sorry` may be
filled in.
expect: invalid
-/
macro "whatever" : term => `(sorry)
def something : Prop := whatever
-- statement
theorem t : something → something := by sorry
-- script
exact fun h => h
