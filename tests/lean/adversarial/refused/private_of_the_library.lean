/-
Embedded Lean leaves out what is private to a module of its library but keeps theorems about it.
Declared anew, with another value, they prove that every product of polynomials is 0.
expect: kernel
-/
theorem t (p : Nat.SOM.Poly) (k : Nat) (m : Nat.SOM.Mon) : Nat.SOM.Poly.mulMon p k m = [] := by sorry
-- candidate
import Lean
open Lean Elab Command

def inSOM (n : Name) : Name := Name.num (`_private ++ `Init.Data.Nat.SOM) 0 ++ n

run_cmd liftCoreM do
  let poly := mkConst ``Nat.SOM.Poly
  let given (body : Expr) (bind : Name → Expr → Expr → BinderInfo → Expr) :=
    [mkConst ``Nat, mkConst ``Nat.SOM.Mon, poly, poly].foldr (fun t e => bind `x t e .default) body
  let monomial ← Meta.MetaM.run' <| Meta.mkAppM ``Prod #[mkConst ``Nat, mkConst ``Nat.SOM.Mon]
  addDecl <| .defnDecl {
    name := inSOM `Nat.SOM.Poly.mulMon.go, levelParams := [], type := given poly Expr.forallE
    value := given (mkApp (mkConst ``List.nil [levelZero]) monomial) Expr.lam
    hints := .abbrev, safety := .safe }

elab "equation_of_go" : term => return mkConst (inSOM `Nat.SOM.Poly.mulMon.eq_1)

theorem t (p : Nat.SOM.Poly) (k : Nat) (m : Nat.SOM.Mon) : Nat.SOM.Poly.mulMon p k m = [] :=
  equation_of_go p k m
