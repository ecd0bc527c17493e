/-
The statement has the `where` clause, and the goal lies before it.
expect: accepted
-/
theorem t : limit < 100 := by sorry
where
  limit : Nat := 99
-- candidate
theorem t : limit < 100 := by decide
where
  limit : Nat := 99
