/-
An inductive type that contains its own negation is declared past the kernel.
expect: kernel
-/
theorem t : False := by sorry
-- candidate
import Lean
open Lean

run_cmd do
  let env ← getEnv
  let type := mkConst `Paradox
  let negation := Expr.forallE `x type (mkConst ``False) .default
  let ctor : Constructor := { name := `Paradox.mk, type := .forallE `f negation type .default }
  let paradox : InductiveType := { name := `Paradox, type := mkSort levelOne, ctors := [ctor] }
  let value := mkApp (mkConst ``False.elim) (.app (mkConst `Paradox.mk) (mkConst ``trivial))
  match env.addDeclCore 0 (.inductDecl [] 0 [paradox] false) none (doCheck := false) with
  | .error _ => pure ()
  | .ok env =>
    match env.addDeclCore 0 (.thmDecl { name := `t, levelParams := [], type := mkConst ``False, value }) none (doCheck := false) with
    | .ok env => setEnv env
    | .error _ => pure ()
