/-
A definition whose `sorry` is hidden in a macro is not left open: it cannot be filled in.
expect: statement
-/
macro "whatever" : term => `(sorry)
def something : Prop := whatever
theorem t : something := by sorry
-- candidate
def something : Prop := True
theorem t : something := trivial
