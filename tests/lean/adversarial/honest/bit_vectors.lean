/-
A statement about bit vectors.
expect: accepted
-/
theorem t (x y : BitVec 8) : x &&& y = y &&& x := by sorry
-- script
exact BitVec.and_comm x y
