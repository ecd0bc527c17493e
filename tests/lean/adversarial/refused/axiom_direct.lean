/-
An axiom that says what is to be proved.
expect: axiom
-/
theorem t (x y : Nat) : x + y = x * y := by sorry
-- candidate
axiom magic (x y : Nat) : x + y = x * y

theorem t (x y : Nat) : x + y = x * y := magic x y
