/-
The compiler's word stands for a proof, asked for by an option of `decide`.
expect: axiom
-/
theorem t : 2 ^ 20 % 7 = 4 := by sorry
-- candidate
theorem t : 2 ^ 20 % 7 = 4 := by decide +native
