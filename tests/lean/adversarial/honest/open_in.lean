/-
`open … in` before the theorem.
expect: accepted
-/
open Nat in
theorem t (a b : Nat) (h : succ a = succ b) : a = b := by sorry
-- script
exact succ.inj h
