/-
A tactic that is written as a program.
expect: accepted
-/
theorem t (p q : Prop) (hp : p) : p ∨ q := by sorry
-- candidate
import Lean
open Lean Elab Tactic

elab "go_left" : tactic => do
  evalTactic (← `(tactic| apply Or.inl))
  evalTactic (← `(tactic| assumption))

theorem t (p q : Prop) (hp : p) : p ∨ q := by go_left
