/-
The tactic adds an axiom while the proof is elaborated, and uses it.
expect: axiom
-/
theorem t : 10 < 9 := by sorry
-- candidate
import Lean
open Lean Elab Tactic

elab "grant" : tactic => do
  let env ← getEnv
  let type := mkConst ``False
  match env.addDeclCore 0 (.axiomDecl { name := `granted, levelParams := [], type, isUnsafe := false }) none with
  | .ok env => setEnv env
  | .error _ => pure ()
  closeMainGoalUsing `grant fun type _ => pure (mkApp2 (mkConst ``False.elim [levelZero]) type (mkConst `granted))

theorem t : 10 < 9 := by grant
