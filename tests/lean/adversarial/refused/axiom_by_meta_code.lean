/-
Meta code adds the axiom to the environment; the text declares none.
expect: axiom
-/
theorem t : 10 < 9 := by sorry
-- candidate
import Lean
open Lean

run_cmd do
  let env ← getEnv
  let type := mkConst ``False
  match env.addDeclCore 0 (.axiomDecl { name := `granted, levelParams := [], type, isUnsafe := false }) none with
  | .ok env => setEnv env
  | .error _ => pure ()

theorem t : 10 < 9 := granted.elim
