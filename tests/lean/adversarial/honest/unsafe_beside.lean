/-
Unsafe code in the file that no theorem uses.
expect: accepted
-/
theorem t : 1 + 1 = 2 := by sorry
-- candidate
unsafe def loop : Nat := loop
axiom unused : False
theorem other : 1 = 2 := by sorry
theorem t : 1 + 1 = 2 := rfl
