/-
The evaluation is left to the kernel.
expect: accepted
-/
theorem t : (List.range 200).foldl (· + ·) 0 = 19900 := by sorry
-- script
decide +kernel
