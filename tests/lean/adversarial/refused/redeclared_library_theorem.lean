/-
A theorem of the library is declared again, with another statement.
expect: compile
-/
theorem t : 1 = 2 := by sorry
-- candidate
theorem Nat.add_comm : 1 = 2 := Nat.add_comm

theorem t : 1 = 2 := Nat.add_comm
