/-
The axiom's name has one component that reads like the two of an allowed one.
expect: axiom
-/
theorem t : (0 : Nat) = 1 := by sorry
-- candidate
axiom «Classical.choice» : (0 : Nat) = 1

theorem t : (0 : Nat) = 1 := «Classical.choice»
