/-
The `unsafe` term former hides an unsafe value.
expect: compile
-/
theorem t : 1 = 2 := by sorry
-- candidate
unsafe def cast' : 1 = 2 := unsafeCast ()

theorem t : 1 = 2 := unsafe cast'
