/-
`simp` with many lemmas.
expect: accepted
-/
theorem t (a b c d : Nat) (xs ys : List Nat) : (xs ++ ys).length + a * (b + c) + 0 * d = ys.length + (xs.length + (a * c + a * b)) := by sorry
-- script
simp only [List.length_append, Nat.mul_add, Nat.zero_mul, Nat.add_zero, Nat.add_comm, Nat.add_left_comm, Nat.add_assoc]
