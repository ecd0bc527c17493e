/-
What the statement knows as an opaque constant can be unfolded in the proof's file.
expect: statement
-/
opaque limit : Nat
theorem t : limit = 0 := by sorry
-- candidate
def limit : Nat := 0
theorem t : limit = 0 := rfl
