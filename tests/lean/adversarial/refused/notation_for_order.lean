/-
`≤` is given another meaning for the candidate's text.
expect: statement
-/
theorem bounded (n : Nat) : n ≤ 3 := by sorry
-- candidate
local macro_rules | `($_ ≤ $_) => `(True)

theorem bounded (n : Nat) : n ≤ 3 := trivial
