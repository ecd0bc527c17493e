/-
An inductive type that contains its own negation, which only the kernel would refuse.
expect: kernel
-/
theorem t : False := by sorry
-- candidate
import Lean
open Lean

run_cmd do
  let env ← getEnv
  let type := mkConst `Paradox
  let arrow := Expr.forallE `x type (mkConst ``False) .default
  let ctor : Constructor := { name := `Paradox.mk, type := .forallE `f arrow type .default }
  let ind : InductiveType := { name := `Paradox, type := mkSort levelOne, ctors := [ctor] }
  match env.addDeclCore 0 (.axiomDecl { name := `granted, levelParams := [], type := mkConst ``False, isUnsafe := false }) none with
  | .ok env' =>
    match env'.addDeclCore 0 (.inductDecl [] 0 [ind] false) none (doCheck := false) with
    | .ok env => setEnv env
    | .error _ => setEnv env'
  | .error _ => pure ()

theorem t : False := granted
