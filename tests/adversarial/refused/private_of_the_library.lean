/-
Embedded Lean leaves out what is private to a module of its library but keeps theorems about it.
Declared anew, with another value, they prove that 1 is 0.
expect: kernel
-/
theorem t : False := by sorry
-- candidate
import Lean
open Lean

def left := mkPrivateName default `Nat.repeatTR.loop

run_cmd do
  let env ← getEnv
  let parent := Name.num (`_private ++ `Init.Data.Nat.Basic) 0
  let name := parent ++ `Nat.repeatTR.loop
  let nat := mkConst ``Nat
  let u := mkSort (.succ (.param `u))
  let endo (i : Nat) := Expr.forallE `x (.bvar i) (.bvar (i + 1)) .default
  let bind (mk : Name → Expr → Expr → BinderInfo → Expr) (body : Expr) :=
    mk `α u (mk `f (endo 0) (mk `n nat (mk `a (.bvar 2) body .default) .default) .default) .default
  let type := bind .forallE (.bvar 3)
  let value := bind .lam (.app (.bvar 2) (.bvar 0))
  match env.addDeclCore 0 (.defnDecl { name, levelParams := [`u], type, value, hints := .abbrev, safety := .safe }) none with
  | .error _ => pure ()
  | .ok env =>
    let zero := mkConst ``Nat.zero
    let eq := mkApp3 (mkConst (name ++ `eq_1) [levelZero]) nat (mkConst ``Nat.succ) zero
    let value := mkApp2 (mkConst ``Nat.succ_ne_zero) zero eq
    match env.addDeclCore 0 (.thmDecl { name := `t, levelParams := [], type := mkConst ``False, value }) none with
    | .ok env => setEnv env
    | .error _ => pure ()
