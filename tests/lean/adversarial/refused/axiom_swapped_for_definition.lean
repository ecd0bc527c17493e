/-
What the statement knows as an axiom is a definition in the proof's file.
expect: statement
-/
axiom secret : Nat
theorem t : secret = 42 := by sorry
-- candidate
def secret : Nat := 42

theorem t : secret = 42 := rfl
