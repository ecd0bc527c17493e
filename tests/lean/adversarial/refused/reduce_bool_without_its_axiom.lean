/-
The kernel evaluates `Lean.reduceBool` by compiled code, with no axiom: two names of one constant,
with different code, would make true and false equal.
expect: axiom
-/
theorem t : False := by sorry
-- candidate
import Lean
open Lean

def yes : Bool := true
@[implemented_by yes] def no : Bool := false
def alsoNo : Bool := false

run_cmd do
  let env ← getEnv
  let bool := mkConst ``Bool
  let eq (a b : Expr) := mkApp3 (mkConst ``Eq [levelOne]) bool a b
  let rfl (a : Expr) := mkApp2 (mkConst ``Eq.refl [levelOne]) bool a
  let reduced (c : Name) := mkApp (mkConst ``Lean.reduceBool) (mkConst c)
  let false' := mkApp2 (mkConst ``id [levelZero]) (eq (reduced `alsoNo) (mkConst ``true)) (rfl (mkConst ``true))
  let value := mkApp (mkConst ``Bool.false_ne_true) false'
  match env.addDeclCore 0 (.thmDecl { name := `t, levelParams := [], type := mkConst ``False, value }) none (doCheck := false) with
  | .ok env => setEnv env
  | .error _ => pure ()
