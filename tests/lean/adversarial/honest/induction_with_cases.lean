/-
Induction with named cases, over a list.
expect: accepted
-/
theorem t (xs ys : List Nat) : (xs ++ ys).sum = xs.sum + ys.sum := by sorry
-- script
induction xs with
| nil => simp
| cons x xs ih =>
  rw [List.cons_append, List.sum_cons, List.sum_cons, ih]
  omega
