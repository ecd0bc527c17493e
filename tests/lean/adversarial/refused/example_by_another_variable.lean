/-
An example gets a hypothesis by a variable that is not stated.
expect: statement
-/
example : 2 + 2 = 5 := by sorry
-- candidate
variable (h : 2 + 2 = 5)
include h
example : 2 + 2 = 5 := h
