/-
The axiom is private, so it has a name that nobody writes.
expect: axiom
-/
theorem t (f : Nat → Nat) : f 0 = f 1 := by sorry
-- candidate
private axiom constant (f : Nat → Nat) : f 0 = f 1

theorem t (f : Nat → Nat) : f 0 = f 1 := constant f
