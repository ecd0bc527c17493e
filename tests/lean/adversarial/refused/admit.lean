/-
`admit` is another word for `sorry`.
expect: sorry
-/
theorem t (p q : Prop) : p → q := by sorry
-- candidate
theorem t (p q : Prop) : p → q := by
  intro _
  admit
