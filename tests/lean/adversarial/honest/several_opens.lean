/-
Opened namespaces of which one is hidden in part, and a renamed constant.
expect: accepted
-/
open Nat hiding add_assoc
open List (length_append)
open Function renaming comp → after
-- statement
theorem t (xs ys : List Nat) (f : Nat → Nat) : after f id = f ∧ (xs ++ ys).length = ys.length + xs.length := by sorry
-- script
refine ⟨rfl, ?_⟩
rw [length_append, Nat.add_comm]
