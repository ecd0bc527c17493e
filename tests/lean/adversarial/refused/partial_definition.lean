/-
A partial function into `False`.
expect: compile
-/
theorem t : False := by sorry
-- candidate
partial def search (n : Nat) : False := search (n + 1)

theorem t : False := search 0
