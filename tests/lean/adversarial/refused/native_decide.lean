/-
The compiler's word stands for a proof.
expect: axiom
-/
theorem t : 2 ^ 20 = 1048576 := by sorry
-- candidate
theorem t : 2 ^ 20 = 1048576 := by native_decide
