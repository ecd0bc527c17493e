/-
The name has a letter of another alphabet that looks the same.
expect: missing
-/
theorem cat : 1 + 1 = 2 := by sorry
-- candidate
theorem cаt : 1 + 1 = 2 := rfl
