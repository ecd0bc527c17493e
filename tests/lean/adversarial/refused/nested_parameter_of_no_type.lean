/-
An inductive type nested in another one, to whose unused parameter it gives a term without a type: a
projection of one structure out of a value of another type (upstream 14577).
expect: kernel
-/
import Lean

theorem plain_truth : True := by sorry
-- candidate
import Lean
open Lean

inductive Labelled (α : Type) (label : Nat) : Type where
  | unlabelled

structure Label where
  number : Nat

inductive Crate : Type where
  | full (weight : Nat)

def loop : Expr := mkApp (mkConst `Stack) (mkBVar 0)
def inner : Expr := mkApp (mkApp (mkConst ``Labelled) loop) (mkProj ``Label 0 (mkBVar 0))
def putType : Expr :=
  mkForall `c .default (mkConst ``Crate)
    (mkForall `below .default inner (mkApp (mkConst `Stack) (mkBVar 1)))
def stack : Declaration :=
  let type := mkForall `c .default (mkConst ``Crate) (mkSort (Level.succ Level.zero))
  .inductDecl [] 1 [{ name := `Stack, type, ctors := [{ name := `Stack.put, type := putType }] }] false

def withStack (env : Environment) : Environment :=
  match env.addDeclCore 0 stack none with
  | .ok env => env
  | .error _ => env

run_cmd do
  let env ← getEnv
  setEnv (withStack env)

theorem plain_truth : True :=
  (fun (_ : ∀ c, Stack c → True) => trivial) (fun _ _ => trivial)
