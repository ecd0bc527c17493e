/-
The proof itself adds an axiom while it runs.
expect: axiom
-/
theorem t : 10 < 9 := by sorry
-- candidate
import Lean
open Lean Elab Tactic

theorem t : 10 < 9 := by
  run_tac do
    let goal ← getMainGoal
    addDecl (.axiomDecl { name := `granted, levelParams := [], type := ← goal.getType, isUnsafe := false })
    goal.assign (mkConst `granted)
