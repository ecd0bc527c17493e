/-
Two theorems proved by each other.
expect: compile
-/
theorem t : False := by sorry
-- candidate
mutual
theorem t : False := u
theorem u : False := t
end
