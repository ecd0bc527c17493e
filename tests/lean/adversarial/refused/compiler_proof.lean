/-
The compiler's mark for erased proofs, an unsafe constant.
expect: compile
-/
theorem t : 1 = 2 := by sorry
-- candidate
theorem t : 1 = 2 := lcProof
