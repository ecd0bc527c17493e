/-
An opaque constant of the header.
expect: accepted
-/
opaque secret : Nat → Nat
-- statement
theorem t (a b : Nat) (h : a = b) : secret a = secret b := by sorry
-- script
rw [h]
