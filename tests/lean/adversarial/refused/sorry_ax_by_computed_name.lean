/-
The name of the axiom behind `sorry` is put together while Lean runs, so that no search finds it.
expect: sorry
-/
theorem t (p : Prop) : p := by sorry
-- candidate
import Lean
open Lean Elab Tactic

elab "finish" : tactic =>
  let name := Name.mkSimple ("sor" ++ "ry" ++ "Ax")
  closeMainGoalUsing `finish fun type _ =>
    pure (mkApp2 (.const name [levelZero]) type (.const ``Bool.true []))

theorem t (p : Prop) : p := by finish
