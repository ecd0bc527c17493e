/-
`let` and `have` in statement and proof.
expect: accepted
-/
theorem t (n : Nat) : let m := n + 1; have k := m + 1; k = n + 2 := by sorry
-- script
intro m k
rfl
