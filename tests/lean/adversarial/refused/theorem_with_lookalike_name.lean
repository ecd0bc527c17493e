/-
The name is a letter of another alphabet that looks the same.
expect: missing
-/
theorem v : 1 + 1 = 2 := by sorry
-- candidate
theorem ν : 1 + 1 = 2 := rfl
