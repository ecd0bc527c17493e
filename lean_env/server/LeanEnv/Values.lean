import LeanEnv.Evaluate

/-!
# Small values of a type

Numerals, and what the constructors of an inductive type make of smaller values; of functions the
constant ones, the identity, and those that differ from a constant at one place.
-/

open Lean Meta

namespace LeanEnv

/-- At most this many values of a type are made. -/
def mostValues : Nat := 40

/-- How many values each field of a constructor is given; where the type is not recursive, more. -/
def fieldWidth (env : Environment) (head : Name) : Nat :=
  match env.find? head with
  | some (.inductInfo v) => if v.isRec then 3 else 8
  | _ => 3

def takeFirst : Nat → List α → List α
  | n + 1, a :: as => a :: takeFirst n as
  | _, _ => []

def dropFirst : Nat → List α → List α
  | n + 1, _ :: as => dropFirst n as
  | _, as => as

def hasAtLeast : Nat → List α → Bool
  | 0, _ => true
  | n + 1, _ :: as => hasAtLeast n as
  | _, _ => false

/-- The arguments of an application, in front of `acc`. -/
def argumentsOf (e : Expr) (acc : List Expr) : List Expr :=
  match e with
  | .app f a => argumentsOf f (a :: acc)
  | _ => acc

def memExpr (e : Expr) : List Expr → Bool
  | [] => false
  | d :: ds => d == e || memExpr e ds

/-- `new` behind `old`, each value once. -/
def addNew (old : List Expr) : List Expr → List Expr
  | [] => old
  | e :: es => if memExpr e old then addNew old es else addNew (ListLite.append old [e]) es

@[noinline] def sameUpToReduction (a b : Expr) : MetaM Bool := isDefEq a b

/-- The `u` of a type in `Type u`. -/
def typeLevel (type : Expr) : MetaM (Option Level) := do
  match ← reduced (← typeOf type) with
  | .sort u => return u.dec
  | _ => return none

def numeral (type : Expr) (u : Level) (n : Nat) : MetaM (Option Expr) := do
  let lit := Expr.lit (.natVal n)
  match ← instanceOf (mkApp2 (.const ``OfNat [u]) type lit) with
  | some inst => return some (mkApp3 (.const ``OfNat.ofNat [u]) type lit inst)
  | none => return none

/-- The numerals of a type, each followed by its opposite if `neg?` is given. -/
def numerals (type : Expr) (u : Level) (neg? : Option Expr) : List Nat → MetaM (List Expr)
  | [] => return []
  | n :: ns => do
    let rest ← numerals type u neg? ns
    match ← numeral type u n, neg? with
    | none, _ => return rest
    | some e, some inst =>
      if n == 0 then return e :: rest
      return e :: mkApp3 (.const ``Neg.neg [u]) type inst e :: rest
    | some e, none => return e :: rest

def belowIn (bound : Nat) : List Nat → List Nat
  | [] => []
  | n :: ns => if n < bound then n :: belowIn bound ns else belowIn bound ns

def numberTypes : List Name :=
  [``Nat, ``UInt8, ``UInt16, ``UInt32, ``UInt64, ``USize, ``BitVec, ``Int, ``Rat]

def texts : List String := ["", "a", "b", "ab", "ba", "aa", " ", "A", "0"]

def letters : List Char := ['a', 'b', 'A', '0', ' ']

def textLiteral (s : String) : Expr := .lit (.strVal s)

def charLiteral (c : Char) : Expr := .app (.const ``Char.ofNat []) (.lit (.natVal c.toNat))

/-- Where values come from: the numbers that are worth a try, what is known so far. -/
structure Source where
  evaluator : Evaluator
  numbers : List Nat
  known : IO.Ref (List (Expr × List Expr))

def lookUp (type : Expr) : List (Expr × List Expr) → Option (List Expr)
  | [] => none
  | (t, values) :: rest => if t == type then some values else lookUp type rest

/-- The values of a type of numbers; `none` for other types. -/
def numbersOf (source : Source) (type : Expr) (head : Name) : MetaM (Option (List Expr)) := do
  if !(head == ``Fin || memName head numberTypes) then return none
  match ← typeLevel type with
  | none => return none
  | some u =>
    let signed := head == ``Int || head == ``Rat
    let neg? ← if signed then instanceOf (.app (.const ``Neg [u]) type) else pure none
    if head == ``Fin then
      match ← reduced type.appArg! with
      | .lit (.natVal bound) => return some (← numerals type u none (belowIn bound source.numbers))
      | e =>
        match e.nat? with
        | some bound => return some (← numerals type u none (belowIn bound source.numbers))
        | none => return some []
    return some (← numerals type u neg? source.numbers)

def ctorNames (env : Environment) (head : Name) : Option (List Name) :=
  match env.find? head with
  | some (.inductInfo v) => some v.ctors
  | _ => none

def numParams (env : Environment) (head : Name) : Nat :=
  match env.find? head with
  | some (.inductInfo v) => v.numParams
  | _ => 0

def ctorType (env : Environment) (ctor : Name) (us : List Level) : Option Expr :=
  match env.find? ctor with
  | some info => some (info.type.instantiateLevelParams info.levelParams us)
  | none => none

/-- Apply a constructor, whose type is `type`, to parameters. -/
def applyParams (app type : Expr) : List Expr → Expr × Expr
  | [] => (app, type)
  | p :: ps =>
    match type with
    | .forallE _ _ b _ => applyParams (.app app p) (b.instantiate1 p) ps
    | _ => (app, type)

def lambdas (domain : Expr) : List Expr → List Expr
  | [] => []
  | v :: vs => .lam `x domain v .default :: lambdas domain vs

/-- `fun x => if x = a then b else c` for each `a`. -/
def tables (domain codomain : Expr) (u : Level) (b c : Expr) : List Expr → MetaM (List Expr)
  | [] => return []
  | a :: as => do
    let rest ← tables domain codomain u b c as
    match ← typeLevel domain with
    | none => return rest
    | some v =>
      let eq := mkApp3 (.const ``Eq [.succ v]) domain (.bvar 0) a
      let closed := Expr.forallE `x domain (.app (.const ``Decidable []) eq) .default
      match ← instanceOf closed with
      | none => return rest
      | some inst =>
        let body := mkAppN (.const ``ite [.succ u]) #[codomain, eq, .app inst (.bvar 0), b, c]
        return .lam `x domain body.headBeta .default :: rest

mutual

/-- Small values of a type, which has no variables, the smallest first. -/
partial def valuesOf (source : Source) (type : Expr) (fuel : Nat := 3) : MetaM (List Expr) := do
  let key := .mdata (KVMap.setNat {} `fuel fuel) type
  match lookUp key (← source.known.get) with
  | some values => return values
  | none =>
    let values ← newValues source (← reduced type) fuel
    source.known.modify (fun known => (key, values) :: known)
    return values

partial def newValues (source : Source) (type : Expr) (fuel : Nat) : MetaM (List Expr) := do
  match type with
  | .sort .zero => return [.const ``True [], .const ``False []]
  | .sort _ => return [.const ``Nat [], .const ``Bool [], .const ``Unit []]
  | .forallE _ domain codomain _ =>
    if codomain.hasLooseBVars then return [] else functions source domain codomain fuel
  | _ =>
    match type.getAppFn with
    | .const ``String _ => return ListLite.map textLiteral texts
    | .const ``Char _ => return ListLite.map charLiteral letters
    | .const head us =>
      match ← numbersOf source type head with
      | some values => return values
      | none =>
        let env := (← getThe Core.State).env
        match ctorNames env head with
        | none => return []
        | some ctors =>
          let params := takeFirst (numParams env head) (argumentsOf type [])
          bySize source type ctors us params fuel
    | _ => return []

/-- The values of depth 0, then those of depth 1, and so on. -/
partial def bySize (source : Source) (type : Expr) (ctors : List Name) (us : List Level)
    (params : List Expr) (fuel : Nat) : MetaM (List Expr) := do
  let smaller ← match fuel with
    | 0 => pure []
    | fuel + 1 => valuesOf source type fuel
  return takeFirst mostValues (addNew smaller (← byCtors source type us params fuel ctors))

partial def byCtors (source : Source) (type : Expr) (us : List Level) (params : List Expr)
    (fuel : Nat) : List Name → MetaM (List Expr)
  | [] => return []
  | ctor :: ctors => do
    let rest ← byCtors source type us params fuel ctors
    match ctorType (← getThe Core.State).env ctor us with
    | none => return rest
    | some ctorType =>
      let (app, fields) := applyParams (.const ctor us) ctorType params
      return ListLite.append (← withFields source type app fields fuel) rest

/-- `app` with values for the fields that `fields` still asks for. -/
partial def withFields (source : Source) (type app fields : Expr) (fuel : Nat) :
    MetaM (List Expr) := do
  match ← reduceHead fields with
  | .forallE _ d b _ =>
    if ← isProposition d then
      match ← source.evaluator.decide d with
      | .yes proof => withFields source type (.app app proof) (b.instantiate1 proof) fuel
      | _ => return []
    else
      match fuel with
      | 0 => return []
      | fuel + 1 => do
        let values ← valuesOf source d fuel
        let env := (← getThe Core.State).env
        let own := (← reduced d).getAppFn == type.getAppFn
        let width := if own then mostValues else fieldWidth env type.getAppFn.constName!
        eachField source type app b (fuel + 1) (takeFirst width values) []
  | result => return if ← sameUpToReduction result type then [app] else []

partial def eachField (source : Source) (type app body : Expr) (fuel : Nat) :
    List Expr → List Expr → MetaM (List Expr)
  | [], acc => return acc
  | v :: vs, acc => do
    if hasAtLeast mostValues acc then return acc
    let more ← withFields source type (.app app v) (body.instantiate1 v) fuel
    eachField source type app body fuel vs (ListLite.append acc more)

partial def functions (source : Source) (domain codomain : Expr) (fuel : Nat) :
    MetaM (List Expr) := do
  let inputs := takeFirst 3 (← valuesOf source domain fuel)
  let outputs := takeFirst 3 (← valuesOf source codomain fuel)
  let constants := lambdas domain outputs
  let others ← match ← typeLevel codomain, outputs with
    | some u, b :: c :: _ =>
      pure (ListLite.append (← tables domain codomain u b c inputs)
        (← tables domain codomain u c b inputs))
    | _, _ => pure []
  let identity ← if ← sameUpToReduction domain codomain then
      pure [.lam `x domain (.bvar 0) .default] else pure []
  return ListLite.append identity (ListLite.append constants others)

end

end LeanEnv
