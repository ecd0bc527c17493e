/-
Theorems, sections and comments after the one that is asked for.
expect: accepted
-/
theorem t : 2 + 2 = 4 := by sorry
-- candidate
section
theorem t : 2 + 2 = 4 := rfl
theorem later : 4 = 2 + 2 := t.symm
end
-- the end
