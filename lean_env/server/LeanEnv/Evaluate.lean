import LeanEnv.Replay
import LeanEnv.Goal
import Lean.Meta.SynthInstance

/-!
# Closed propositions, decided by evaluation

A proposition without variables is decided by the kernel: it evaluates the `Decidable` instance and
does not run what the file has compiled, so it can be stopped and is right about what it says.
-/

open Lean Meta

namespace LeanEnv

/-- What evaluation says about a closed proposition. -/
inductive Decision where
  /-- True, by this proof. -/
  | yes (proof : Expr)
  | no
  | unknown (why : String)

/-- `x`, or nothing where it fails for another reason than being told to stop. -/
def attempt (x : MetaM α) : MetaM (Option α) :=
  fun ctx ref coreCtx coreRef => do
    match ← EIO.toBaseIO (x ctx ref coreCtx coreRef) with
    | .ok a => return some a
    | .error e => if e.isInterrupt then throw e else return none

@[noinline] def findInstance (type : Expr) : MetaM (Option Expr) := synthInstance? type

/-- An instance of a class, if there is one. -/
def instanceOf (type : Expr) : MetaM (Option Expr) := do
  match ← attempt (findInstance type) with
  | some found => return found
  | none => return none

@[noinline] def unfoldHead (e : Expr) : MetaM (Option Expr) := unfoldDefinition? e

@[noinline] def reduceHead (e : Expr) : MetaM Expr := whnfCore e

/-- `e` with the definition at its head unfolded, if there is one. -/
def unfolded (e : Expr) : MetaM (Option Expr) := do
  match ← attempt (unfoldHead e) with
  | some (some e) => return some (← reduceHead e)
  | _ => return none

def boolType : Expr := .const ``Bool []

/-- Does the kernel evaluate `b` to `value`? -/
def evaluatesTo (signals : Signals) (b value : Expr) : MetaM Bool := do
  let env := (← getThe Core.State).env.toKernelEnv
  let decl := Declaration.thmDecl {
    name := `_evaluated, levelParams := []
    type := mkApp3 (.const ``Eq [.succ .zero]) boolType b value
    value := mkApp2 (.const ``Eq.refl [.succ .zero]) boolType value }
  match check signals.cancelTk env decl with
  | .ok _ => return true
  | .error _ => return false

def whyUndecided (p : Expr) : String :=
  match p.getAppFn with
  | .const n _ => "nothing decides '" ++ n.toString ++ "'"
  | _ => "there is a proposition that nothing decides"

/-- How propositions are decided: `prove` runs tactics, where nothing evaluates. -/
structure Evaluator where
  signals : Signals
  prove : Expr → MetaM (Option Expr)

/-- Decide `p` by a proof of it or of its negation. -/
def Evaluator.byTactics (ev : Evaluator) (p : Expr) : MetaM Decision := do
  match ← ev.prove (mkNot p) with
  | some _ => return .no
  | none =>
    match ← ev.prove p with
    | some proof => return .yes proof
    | none => return .unknown (whyUndecided p)

/-- Decide `p`, or what is left when definitions at its head are unfolded. -/
partial def Evaluator.decide (ev : Evaluator) (p : Expr) (fuel : Nat := 4) : MetaM Decision := do
  match ← instanceOf (.app (.const ``Decidable []) p) with
  | some inst =>
    let b := mkApp2 (.const ``Decidable.decide []) p inst
    if ← evaluatesTo ev.signals b (.const ``Bool.true []) then
      let refl := mkApp2 (.const ``Eq.refl [.succ .zero]) boolType (.const ``Bool.true [])
      return .yes (mkApp3 (.const ``of_decide_eq_true []) p inst refl)
    if ← evaluatesTo ev.signals b (.const ``Bool.false []) then return .no
    ev.byTactics p
  | none =>
    match fuel, ← unfolded p with
    | fuel + 1, some p => ev.decide p fuel
    | _, _ => ev.byTactics p

end LeanEnv
