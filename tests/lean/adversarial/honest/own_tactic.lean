/-
A tactic of the file's own.
expect: accepted
-/
theorem t (p q r : Prop) (hp : p) (hq : q) (hr : r) : p ∧ q ∧ r := by sorry
-- candidate
macro "split_all" : tactic => `(tactic| repeat' first | assumption | constructor)
theorem t (p q r : Prop) (hp : p) (hq : q) (hr : r) : p ∧ q ∧ r := by split_all
