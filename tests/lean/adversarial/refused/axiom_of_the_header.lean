/-
The header has an axiom, and the proof rests on it: it is not one of the three.
expect: axiom
-/
axiom order (a b : Nat) : a ≤ b
theorem t (a b : Nat) : a = b := by sorry
-- candidate
axiom order (a b : Nat) : a ≤ b

theorem t (a b : Nat) : a = b := Nat.le_antisymm (order a b) (order b a)
