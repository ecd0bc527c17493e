/-
A theorem with a proof of something else is put into the environment without the kernel.
expect: kernel
-/
theorem t : 1 = 2 := by sorry
-- candidate
import Lean
open Lean

run_cmd do
  let env ← getEnv
  let value := mkConst ``True.intro
  match env.addDeclCore 0 (.thmDecl { name := `bad, levelParams := [], type := mkConst ``False, value }) none (doCheck := false) with
  | .ok env => setEnv env
  | .error _ => pure ()

theorem t : 1 = 2 := bad.elim
