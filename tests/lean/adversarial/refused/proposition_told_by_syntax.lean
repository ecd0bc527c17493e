/-
A structure in the universe `imax 1 0`, which is `Prop`, though it does not look so.  Its two fields
of data are taken out by projections and its proofs, all equal, told apart (upstream 14613).
expect: kernel
-/
import Lean

theorem absurd_truth : False := by sorry
-- candidate
import Lean
open Lean

/-- Past the elaborator, straight to the kernel. -/
def declare : List Declaration → Environment → Environment
  | [], env => env
  | decl :: decls, env =>
    match env.addDeclCore 0 decl none with
    | .ok env => declare decls env
    | .error _ => env

def disguised : Expr := mkSort (.imax (.succ .zero) .zero)
def field (n : Name) (rest : Expr) : Expr := mkForall `f .default (mkConst n) rest
def types : Declaration :=
  .inductDecl [] 0 [
    { name := `Plain, type := mkSort .zero, ctors := [{ name := `Plain.intro, type := mkConst `Plain }] },
    { name := `Hidden, type := disguised,
      ctors := [{ name := `Hidden.intro, type := field ``Nat (field ``Bool (mkConst `Hidden)) }] }] false
def definition (name : Name) (type value : Expr) : Declaration :=
  .defnDecl { name, levelParams := [], type, value, hints := .abbrev, safety := .safe }
def witness (flag : Name) : Expr :=
  mkApp (mkApp (mkConst `Hidden.intro) (mkRawNatLit 7)) (mkConst flag)
def claim : Expr := mkConst `Claim
def equality (head : Name) (sides : List Name) : Expr :=
  sides.foldl (fun e n => mkApp e (mkConst n)) (mkApp (mkConst head [.zero]) claim)

run_cmd do
  let env ← getEnv
  setEnv (declare [types,
    definition `Claim (mkSort .zero) (mkConst `Hidden),
    definition `yes claim (witness ``true),
    definition `no claim (witness ``false),
    definition `flag (field `Claim (mkConst ``Bool)) (mkLambda `c .default claim (mkProj `Hidden 1 (mkBVar 0))),
    .thmDecl { name := `irrelevant, levelParams := [], type := equality ``Eq [`yes, `no],
               value := equality ``Eq.refl [`yes] }] env)

theorem absurd_truth : False :=
  have same : flag yes = flag no := congrArg flag irrelevant
  Bool.noConfusion (show true = false from same)
