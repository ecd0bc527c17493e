/-
The file writes a file while it is elaborated.
expect: compile
-/
theorem t : 1 + 1 = 2 := by sorry
-- candidate
#eval IO.FS.writeFile "proved.txt" "everything"

theorem t : 1 + 1 = 2 := rfl
