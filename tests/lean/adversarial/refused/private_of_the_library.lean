/-
Embedded Lean leaves out what is private to a module of its library but keeps theorems about it.
Declared anew, with another value, they prove that 1 is 0.
expect: kernel
-/
theorem t : False := by sorry
-- candidate
import Lean
open Lean

run_cmd do
  let env ← getEnv
  let name := Name.num (`_private ++ `Init.Data.Nat.Basic) 0 ++ `Nat.repeatTR.loop
  let nat := mkConst ``Nat
  let u := mkSort (.succ (.param `u))
  let endo := Expr.forallE `x (.bvar 0) (.bvar 1) .default
  let type := Expr.forallE `α u (.forallE `f endo (.forallE `n nat (.forallE `a (.bvar 2) (.bvar 3) .default) .default) .default) .default
  let value := Expr.lam `α u (.lam `f endo (.lam `n nat (.lam `a (.bvar 2) (.app (.bvar 2) (.bvar 0)) .default) .default) .default) .default
  match env.addDeclCore 0 (.defnDecl { name, levelParams := [`u], type, value, hints := .abbrev, safety := .safe }) none with
  | .error _ => pure ()
  | .ok env =>
    let zero := mkConst ``Nat.zero
    let eq := mkApp3 (mkConst (name ++ `eq_1) [levelZero]) nat (mkConst ``Nat.succ) zero
    let value := mkApp2 (mkConst ``Nat.succ_ne_zero) zero eq
    match env.addDeclCore 0 (.thmDecl { name := `t, levelParams := [], type := mkConst ``False, value }) none with
    | .ok env => setEnv env
    | .error _ => pure ()
