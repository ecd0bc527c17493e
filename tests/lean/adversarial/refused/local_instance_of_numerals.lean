/-
An instance gives the numeral 5 another value.
expect: statement
-/
theorem t : (5 : Nat) = 3 := by sorry
-- candidate
instance (priority := high) : OfNat Nat 5 := ⟨3⟩

theorem t : (5 : Nat) = 3 := rfl
