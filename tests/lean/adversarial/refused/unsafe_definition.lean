/-
An unsafe definition of type `False` that calls itself.
expect: compile
-/
theorem t : False := by sorry
-- candidate
unsafe def loop : False := loop

theorem t : False := loop
