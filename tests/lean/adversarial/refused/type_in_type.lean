/-
A universe that contains itself is declared past the kernel.
expect: kernel
-/
theorem t : False := by sorry
-- candidate
import Lean
open Lean

run_cmd do
  let env ← getEnv
  let small := .defnDecl {
    name := `small, levelParams := [], type := mkSort levelOne, value := mkSort levelOne
    hints := .abbrev, safety := .safe }
  match env.addDeclCore 0 small none (doCheck := false) with
  | .error _ => pure ()
  | .ok env =>
    let value := mkApp (mkConst ``False.elim) (mkConst `small)
    match env.addDeclCore 0 (.thmDecl { name := `t, levelParams := [], type := mkConst ``False, value }) none (doCheck := false) with
    | .ok env => setEnv env
    | .error _ => pure ()
