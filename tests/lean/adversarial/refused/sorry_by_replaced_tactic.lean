/-
`omega` gets a new meaning, tried before the old one.
expect: sorry
-/
theorem t (a b : Nat) : a < b := by sorry
-- candidate
macro_rules
  | `(tactic| decide) => `(tactic| sorry)

theorem t (a b : Nat) : a < b := by decide
