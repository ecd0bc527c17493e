/-
Variables of a section, of which the statement uses some.
expect: accepted
-/
section
variable {α : Type} [DecidableEq α] (a b c : α) (unused : Nat)
-- statement
theorem t : (if a = b then c else c) = c := by sorry
-- script
split <;> rfl
