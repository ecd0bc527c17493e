/-
The same unsafe constant, put into a theorem past every check.
expect: kernel
-/
theorem t : False := by sorry
-- candidate
import Lean
open Lean

run_cmd do
  let env ← getEnv
  let type := mkConst ``False
  let value := mkApp (mkConst ``lcProof) type
  match env.addDeclCore 0 (.thmDecl { name := `t, levelParams := [], type, value }) none (doCheck := false) with
  | .ok env => setEnv env
  | .error _ => pure ()
