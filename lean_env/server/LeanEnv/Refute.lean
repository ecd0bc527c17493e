import LeanEnv.Tactic
import LeanEnv.Sweep

/-!
# Small counterexamples

The goal of a state, closed over its variables and hypotheses, is a nested `∀`.  Its variables get small
values, its hypotheses are decided as soon as their variables have values, and so is the conclusion.
-/

open Lean Meta Elab

namespace LeanEnv

/-- A run of the search for counterexamples. -/
structure Refuter where
  source : Source
  /-- How many assignments have had a conclusion that nothing decides. -/
  undecided : IO.Ref Nat
  /-- Why something was not decided, or has no value. -/
  why : IO.Ref String

/-- After this many assignments whose conclusion nothing decides, others are not tried. -/
def mostUndecided : Nat := 4

/-- How many values each variable gets, one pass after the other. -/
def passes : List Nat := [2, 3, 5, 9, 17, 40]

def Refuter.stopped (r : Refuter) : IO Bool := do
  return (← r.source.evaluator.signals.cancelTk.isSet) || (← r.undecided.get) >= mostUndecided

def Refuter.note (r : Refuter) (why : String) : IO Unit := do
  if (← r.why.get).isEmpty then r.why.set why

mutual

/-- Values for the variables of `e`, after `args` (the last one first), that make it false. -/
partial def Refuter.search (r : Refuter) (width : Nat) (e : Expr) (args : List Argument) :
    MetaM (Option (List Argument)) := do
  if ← r.stopped then return none
  match e with
  | .mdata _ e => r.search width e args
  | .letE _ _ v b _ => r.search width (b.instantiate1 v) args
  | .forallE n d b info =>
    match ← sweep r.source width e args with
    | .allTrue => return none
    | .false found => return some found
    | .notTried =>
      let arg := { name := n, value := d, kind := "proof", explicit := info == .default }
      if !(← isProposition d) then r.branch width arg info b args
      else
        match ← r.source.evaluator.decide d with
        | .yes proof => r.search width (b.instantiate1 proof) (arg :: args)
        | .no => return none
        | .unknown why =>
          r.note why
          return none
  | _ => r.conclude width e args

/-- The same for `∀ arg, body`, with one value of `arg` after the other. -/
partial def Refuter.branch (r : Refuter) (width : Nat) (arg : Argument) (info : BinderInfo)
    (body : Expr) (args : List Argument) : MetaM (Option (List Argument)) := do
  let type := arg.value
  if info == .instImplicit then
    match ← instanceOf type with
    | some found => r.each width { arg with kind := "instance" } body [found] args
    | none =>
      r.note ("there is no instance of '" ++ (← ppString type) ++ "'")
      return none
  else
    match ← valuesOf r.source type with
    | [] =>
      r.note ("no values of '" ++ (← ppString type) ++ "' are known")
      return none
    | values => r.each width { arg with kind := "value" } body (takeFirst width values) args

partial def Refuter.each (r : Refuter) (width : Nat) (arg : Argument) (body : Expr) :
    List Expr → List Argument → MetaM (Option (List Argument))
  | [], _ => return none
  | v :: vs, args => do
    match ← r.search width (body.instantiate1 v).headBeta ({ arg with value := v } :: args) with
    | some found => return some found
    | none => r.each width arg body vs args

/-- `e` is no `∀`: it is decided, or its definition may be one. -/
partial def Refuter.conclude (r : Refuter) (width : Nat) (e : Expr) (args : List Argument) :
    MetaM (Option (List Argument)) := do
  match ← headForall e with
  | some e => r.search width e args
  | none =>
    match ← r.source.evaluator.decide e with
    | .yes _ => return none
    | .no => return some args
    | .unknown why =>
      r.note why
      r.undecided.modify (fun n => n + 1)
      return none

end

/-- The passes, each with more values, until one finds something. -/
partial def Refuter.run (r : Refuter) (e : Expr) : List Nat → MetaM (Option (List Argument))
  | [] => return none
  | width :: widths => do
    if ← r.stopped then return none
    match ← r.search width e [] with
    | some found => return some found
    | none => r.run e widths

/-! ## The request -/

def smallNumbers : List Nat :=
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 16, 20, 24, 25, 32, 50, 64, 99, 100, 101, 128,
   255, 256, 1000]

def insertNat (n : Nat) (ns : List Nat) : List Nat :=
  if ListLite.any (fun m => m == n) ns then ns else n :: ns

/-- The numerals of a term and their neighbours, in front of `acc`. -/
partial def numeralsOf (e : Expr) (acc : List Nat) : List Nat :=
  match e with
  | .lit (.natVal n) =>
    if n < 14 || n > 100000000 then acc else insertNat n (insertNat (n + 1) (insertNat (n - 1) acc))
  | .app f a => numeralsOf a (numeralsOf f acc)
  | .lam _ d b _ | .forallE _ d b _ => numeralsOf b (numeralsOf d acc)
  | .letE _ t v b _ => numeralsOf b (numeralsOf v (numeralsOf t acc))
  | .mdata _ e | .proj _ _ e => numeralsOf e acc
  | _ => acc

/-- The first five small numbers, those of the statement, the other small ones. -/
def numbersFor (e : Expr) : List Nat :=
  let own := takeFirst 9 (numeralsOf e [])
  ListLite.append (takeFirst 5 smallNumbers)
    (ListLite.append own (without own (dropFirst 5 smallNumbers)))
where
  without (own : List Nat) : List Nat → List Nat
    | [] => []
    | n :: ns =>
      if ListLite.any (fun m => m == n) own then without own ns else n :: without own ns

def numberOf : List Name → Nat
  | [] => 0
  | _ :: ns => numberOf ns + 1

def zeros : List Name → List Level
  | [] => []
  | _ :: ns => .zero :: zeros ns

/-- Print `e` so that it can be read back. -/
def readable (e : Expr) (fieldNotation : Bool) : MetaM String :=
  fun ctx ref coreCtx coreRef =>
    let options := KVMap.setBool coreCtx.options `pp.deepTerms true
    let options := KVMap.setBool options `pp.proofs true
    let options := KVMap.setBool options `pp.fieldNotation fieldNotation
    ppString e ctx ref { coreCtx with options } coreRef

def argumentJson (a : Argument) : MetaM Json := do
  let value ← if a.kind == "value" then readable a.value false else pure ""
  return Json.mkObj [("n", .str (a.name.eraseMacroScopes.toString)), ("v", .str value),
    ("kind", .str a.kind), ("explicit", .bool a.explicit)]

/-- Arguments come with the last one first. -/
def argumentsJson : List Argument → List Json → MetaM Json
  | [], acc => return .arr (jsonArray acc #[])
  | a :: as, acc => do argumentsJson as ((← argumentJson a) :: acc)
where
  jsonArray : List Json → Array Json → Array Json
    | [], acc => acc
    | j :: js, acc => jsonArray js (acc.push j)

/-- More hypotheses than this are not looked at. -/
def mostHypotheses : Nat := 100

/-- The first goal of a state as a closed proposition with universe levels 0; why not, otherwise. -/
def closedGoal (goals : List MVarId) : MetaM (Except String (Expr × Nat)) := do
  match goals with
  | [g] =>
    let view ← GoalView.of g
    if hasAtLeast mostHypotheses view.decls then return .error "there are too many hypotheses"
    let e := view.lctx.mkForall (declFVars view.decls #[]) view.target (usedLetOnly := false)
    if e.hasMVar then return .error "the goal has metavariables"
    if e.hasFVar then return .error "the goal has hidden variables"
    let names := (collectLevelParams {} e).params.toList
    return .ok (e.instantiateLevelParams names (zeros names), numberOf names)
  | _ => return .error "there are several goals"

/-- The functions and predicates of the header that occur in a proposition. -/
def ownDefinitions (env : Environment) : List Name → List Name
  | [] => []
  | n :: ns =>
    match moduleOf env n, env.find? n with
    | none, some (.defnInfo _) =>
      if n.isInternal then ownDefinitions env ns else n :: ownDefinitions env ns
    | _, _ => ownDefinitions env ns

/-- What is tried on a proposition that does not evaluate. -/
def decidingTactics (definitions : List Name) : String :=
  let simp := match definitions with
    | [] => "simp +decide"
    | names => "simp +decide [" ++
        ", ".intercalate (ListLite.map (fun n => n.toString) names) ++ "]"
  "first | " ++ simp ++ " | omega | (intro ⟨_, h⟩; omega) | exact ⟨_, rfl⟩"

/-- Prove a closed proposition with tactics. -/
def proveClosed (stx : Syntax) (p : Expr) : TermElabM Expr := do
  let goal ← mkFreshExprMVar p .syntheticOpaque
  let _ ← Tactic.run goal.mvarId! (evalTactics stx)
  let proof ← instantiate goal
  if proof.hasExprMVar || proof.hasSorry then throwMessage "not proved"
  return proof

def evaluator (signals : Signals) (stx? : Option Syntax) : TermElabM Evaluator :=
  fun ctx ref => return { signals, prove := fun p =>
    match stx? with
    | some stx => attempt (proveClosed stx p ctx ref)
    | none => return none }

/-- `x`, or nothing when it fails or is told to stop. -/
def stopping (x : MetaM (Option α)) : MetaM (Option α) :=
  fun ctx ref coreCtx coreRef => do
    match ← EIO.toBaseIO (x ctx ref coreCtx coreRef) with
    | .ok a => return a
    | .error _ => return none

def noCounterexample (why : String) : Json :=
  Json.mkObj [("counterexample", .null), ("why", .str why)]

/-- Look for a counterexample to the goal of a state until the time is up. -/
def refuteGoal (signals : Signals) (s : ElabState) (goals : List MVarId) : TermElabM Json := do
  match ← closedGoal goals with
  | .error why => return noCounterexample why
  | .ok (e, levels) =>
    let definitions := ownDefinitions (← getThe Core.State).env (constantsOf e)
    let stx? := match parseTactics s (decidingTactics definitions) with
      | .ok stx => some stx
      | .error _ => none
    let evaluator ← evaluator signals stx?
    let source : Source := { evaluator, numbers := numbersFor e, known := ← IO.mkRef [] }
    let r : Refuter := { source, undecided := ← IO.mkRef 0, why := ← IO.mkRef "" }
    let found? ← stopping (r.run e passes)
    let why ← if ← signals.cancelTk.isSet then pure "the time is up" else r.why.get
    signals.deadline.set 0
    clearCancel signals.cancelTk
    match found? with
    | none => return noCounterexample why
    | some args =>
      return Json.mkObj [("counterexample", ← argumentsJson args []), ("why", .str ""),
        ("claim", .str (← readable e true)), ("levels", jsonNat levels),
        ("definitions", jsonStrs (ListLite.map (fun n => n.toString) definitions) #[])]

end LeanEnv
