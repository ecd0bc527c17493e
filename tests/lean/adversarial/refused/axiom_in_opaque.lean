/-
The axiom is wrapped in an opaque constant.
expect: axiom
-/
theorem t (n : Nat) : n = 0 := by sorry
-- candidate
axiom zero (n : Nat) : n = 0

opaque wrapped (n : Nat) : PLift (n = 0) := ⟨zero n⟩

theorem t (n : Nat) : n = 0 := (wrapped n).down
