import LeanEnv.Values

/-!
# Many assignments at once

A nested `∀` over lists of values is one `Bool` for the kernel, in which a hypothesis is evaluated as
soon as its variables have values and the conclusion only where all hypotheses hold.
-/

open Lean Meta

namespace LeanEnv

/-- What a nested `∀` is applied to: a value, or what stands for a proof or an instance. -/
structure Argument where
  name : Name
  value : Expr
  kind : String
  explicit : Bool

/-- At most this many assignments are evaluated at once. -/
def mostAtOnce : Nat := 4000

/-- The `∀` that `e` is by the definitions at its head, unless something decides `e`. -/
partial def headForall (e : Expr) (fuel : Nat := 4) : MetaM (Option Expr) := do
  match fuel, ← instanceOf (.app (.const ``Decidable []) e) with
  | fuel + 1, none =>
    match ← unfolded e with
    | some e@(.forallE ..) => return some e
    | some e => headForall e fuel
    | none => return none
  | _, _ => return none

def trueBool : Expr := .const ``Bool.true []

def falseBool : Expr := .const ``Bool.false []

/-- `p` as a `Bool`, if something decides it. -/
partial def asBool (p : Expr) (fuel : Nat := 4) : MetaM (Option Expr) := do
  match fuel, ← instanceOf (.app (.const ``Decidable []) p) with
  | _, some inst => return some (mkApp2 (.const ``Decidable.decide []) p inst)
  | fuel + 1, none =>
    match ← unfolded p with
    | some p => asBool p fuel
    | none => return none
  | 0, none => return none

/-- `f v && …` for all values; `f` is shared. -/
def conjunctionOf (f : Expr) : List Expr → Expr
  | [] => trueBool
  | [v] => .app f v
  | v :: vs => mkApp2 (.const ``Bool.and []) (.app f v) (conjunctionOf f vs)

/-- `x` with a local variable, abstracted from the result. -/
def withVariable (name : Name) (type : Expr) (info : BinderInfo) (x : Expr → MetaM (Option Expr)) :
    MetaM (Option Expr) := do
  let id ← mkFreshFVarId
  match ← inContext id (x (.fvar id)) with
  | some body => return some (.lam name type (body.abstract #[.fvar id]) info)
  | none => return none
where
  inContext (id : FVarId) (x : MetaM (Option Expr)) : MetaM (Option Expr) :=
    fun ctx => withLocal (ctx.lctx.mkLocalDecl id name type info) ctx.localInstances x ctx

/-- A nested `∀` as a `Bool`; nothing where it has types among its variables, types or hypotheses that
depend on others, or more than `room` assignments. -/
partial def sweepOf (source : Source) (width room : Nat) (e : Expr) : MetaM (Option Expr) := do
  match e with
  | .mdata _ e => sweepOf source width room e
  | .forallE n d b info =>
    if ← isProposition d then
      if b.hasLooseBVars || info != .default then return none
      match ← asBool d with
      | none => return none
      | some premise =>
        match ← sweepOf source width room b with
        | none => return none
        | some rest =>
          return some (mkAppN (.const ``cond [.succ .zero]) #[boolType, premise, rest, trueBool])
    else if d.hasFVar || info == .instImplicit then return none
    else
      match d, takeFirst width (← valuesOf source d) with
      | .sort _, _ | _, [] => return none
      | _, values =>
        let room := room / countValues values
        if room == 0 then return none
        let f? ← withVariable n d info (fun x => sweepOf source width room (b.instantiate1 x))
        match f? with
        | some f => return some (conjunctionOf f values)
        | none => return none
  | _ =>
    match ← headForall e with
    | some e => sweepOf source width room e
    | none => asBool e
where
  countValues : List Expr → Nat
    | [] => 0
    | _ :: es => countValues es + 1

/-- The arguments, the last one first, with which a `Bool` that `sweepOf` made is false. -/
partial def falseArguments (signals : Signals) (b : Expr) (args : List Argument) :
    MetaM (List Argument) := do
  match b with
  | .app (.app (.const ``Bool.and _) x) y =>
    falseArguments signals (if ← evaluatesTo signals x falseBool then x else y) args
  | .app (.lam n _ body info) v =>
    let arg := { name := n, value := v, kind := "value", explicit := info == .default }
    falseArguments signals (body.instantiate1 v) (arg :: args)
  | .app (.app (.app (.app (.const ``cond _) _) premise) rest) _ =>
    let arg := { name := `h, value := premise, kind := "proof", explicit := true }
    falseArguments signals rest (arg :: args)
  | _ => return args

/-- What a sweep says. -/
inductive Swept where
  | allTrue
  | false (args : List Argument)
  | notTried

/-- Evaluate a nested `∀` for the first `width` values of each variable. -/
def sweep (source : Source) (width : Nat) (e : Expr) (args : List Argument) : MetaM Swept := do
  let signals := source.evaluator.signals
  match ← sweepOf source width mostAtOnce e with
  | none => return .notTried
  | some b =>
    if ← evaluatesTo signals b trueBool then return .allTrue
    if ← evaluatesTo signals b falseBool then return .false (← falseArguments signals b args)
    return .notTried

end LeanEnv
