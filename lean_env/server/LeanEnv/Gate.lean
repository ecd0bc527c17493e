import LeanEnv.Start
import LeanEnv.DeclComparison
import LeanEnv.Rows
import LeanEnv.StrictReplay

/-!
# The gate

Two processes take part.  The candidate's elaborates the candidate's text and exports the theorem as
terms (`Header.export`).  The trusted one, which never sees that text, elaborates header and statement
by itself, lets the kernel check the terms over nothing but the imported modules, and compares
(`Header.judge`).
-/

open Lean Meta Elab

namespace LeanEnv

/-- What came of a check. -/
inductive JudgeResult where
  /-- `proved`, a theorem of `env`, is the statement with its proof; `definitions` are those that the
  statement leaves open and the candidate has filled in. -/
  | accepted (axioms : List Name) (env : Kernel.Environment) (proved : Name)
    (definitions : List Name := [])
  /-- `reason` is one of `lean_env.types.RefusalReason`. -/
  | refused (reason message : String) (axioms : List Name := [])
  /-- A limit was reached: nothing is known. -/
  | undecided (message : String)

/-! ## The candidate's side -/

def outOfTime : JudgeResult := .undecided "Lean ran out of time"

/-- Elaborate `candidate` and export `name`, or say why not.  Its examples have the names of
`numberedExample`. -/
def Header.export (signals : Signals) (h : Header) (name : Name) (candidate : String) :
    IO (Except JudgeResult Json) := do
  let ictx := inputContext candidate "<proof>"
  let result ← elabCommands signals "proof" ictx { pos := {}, cmd := h.cmd } [] (some 0)
  if ← signals.cancelTk.isSet then return .error outOfTime
  match result with
  | .error failure => return .error (.refused "compile" s!"line {failure.line}: {failure.message}")
  | .ok (after, _) =>
    if (after.env.find? name).isNone then
      return .error (.refused "missing" s!"'{name.toString}' is not declared")
    return .ok (← exportConstants after.env [name])

/-! ## The trusted side -/

/-- What trusted text states, the declarations that the statement mentions, and the constants in all of
the text. -/
structure StatedTheorem where
  const : ConstantVal
  env : Environment
  mentioned : List Declaration
  given : List Name
  /-- It is the definition `const`, to be filled in. -/
  isDefinition : Bool := false
  /-- The definitions among these whose values the candidate may choose. -/
  free : List Name := []
  /-- Is a constant declared by the text that states this, not before it? -/
  isOwn : Name → Bool := fun _ => false

/-- Is a definition's whole value, after its parameters, a `sorry`? -/
partial def isSorryValue : Expr → Bool
  | .mdata _ e => isSorryValue e
  | .lam _ _ body _ => isSorryValue body
  | e => e.getAppFn.isConstOf ``sorryAx

def isOpenDefinition (env : Environment) (n : Name) : Bool :=
  match env.find? n with
  | some (.defnInfo v) => isSorryValue v.value
  | _ => false

/-- Those of `ds` that are among `fill`, and `sorry` as a whole. -/
def openDefinitions (env : Environment) (fill : List Name) : List Declaration → List Name
  | [] => []
  | d :: ds =>
    let n := declName d
    let rest := openDefinitions env fill ds
    if memName n fill && isOpenDefinition env n then n :: rest else rest

/-- The declaration `name` of a trusted environment as a statement.  The definitions `fill` are to be
filled in where they are `sorry` as a whole, and may be what is stated. -/
def statedIn (env : Environment) (name : Name) (fill : List Name) : IO (Except RequestError StatedTheorem) := do
  let info? := match env.find? name with
    | some (.thmInfo v) => some (v.toConstantVal, v.value, false)
    | some (.defnInfo v) => if memName name fill then some (v.toConstantVal, v.value, true) else none
    | _ => none
  match info? with
  | none => return .error (statementError "the statement declares no such theorem")
  | some (const, value, isDefinition) =>
    match decodeExport (← exportConstants env (usedConstants const.type)) with
    | .error e => return .error (statementError e)
    | .ok (mentioned, _) =>
      let given := ListLite.append (usedConstants const.type) (usedConstants value)
      let free := openDefinitions env fill mentioned
      let free := if isDefinition && isOpenDefinition env name then name :: free else free
      return .ok { const, env, mentioned, given, isDefinition, free }

/-- Elaborate a statement, a declaration whose proof is `sorry`; an example as the theorem `name`.
`fill` is as in `statedIn`. -/
def Header.stated (signals : Signals) (h : Header) (name : Name) (source : String) (fill : List Name) :
    IO (Except RequestError StatedTheorem) := do
  match ← parseOne h.cmd source with
  | .error (message, pos) => return .error (statementError message pos)
  | .ok stx =>
    let example? := match name with
      | .str _ last => exampleAsTheorem last stx
      | _ => none
    let after ← elabCommand signals (inputContext source "<statement>") 0 (example?.getD stx)
      { h.cmd with messages := {} }
    let isOwn n := (after.env.find? n).isSome && (h.cmd.env.find? n).isNone
    match ← statedIn after.env name fill with
    | .error failure => return .error failure
    | .ok stated => return .ok { stated with isOwn }

/-- A name that text cannot declare. -/
def claimName : Name := .num `stated 0

/-- The stated theorem, with the proved one for its proof: the kernel takes it when one statement is
the other by definitional identity. -/
def claim (stated : ConstantVal) : Declaration :=
  let levels := ListLite.map (fun u => Level.param u) stated.levelParams
  .thmDecl { stated with name := claimName, value := .const stated.name levels }

/-- The proof need not rest on all that the statement mentions. -/
def unknownTo (env : Kernel.Environment) : List Declaration → List Declaration
  | [] => []
  | d :: ds => if (env.find? (declName d)).isSome then unknownTo env ds else d :: unknownTo env ds

/-- What the statement mentions, and is declared otherwise in the kernel's environment `env`. -/
def StatedTheorem.firstDifference (s : StatedTheorem) (base : TrustedBase) (env : Kernel.Environment)
    (todo : List Name) : Option Name :=
  let comparison : DeclComparison :=
    { base, trusted := fun n => s.env.find? n, given := fun n => env.find? n, free := s.free }
  comparison.firstDifference todo {}

/-- The kernel's environment `env` with the claim, or why what is proved there is not what is stated. -/
def StatedTheorem.match (s : StatedTheorem) (cancelTk : IO.CancelToken) (base : TrustedBase)
    (env : Kernel.Environment) (proved : ConstantVal) : Except JudgeResult Kernel.Environment := do
  let name := s.const.name.toString
  if proved.levelParams != s.const.levelParams then
    throw (.refused "statement" s!"'{name}' has other universe parameters")
  match replay cancelTk env (ListLite.append (unknownTo env s.mentioned) [claim s.const]) with
  | .error e =>
    match e.limit? with
    | some limit => throw (.undecided limit)
    | none => throw (.refused "statement" s!"'{name}' states something else")
  | .ok env =>
    match s.firstDifference base env (usedConstants s.const.type) with
    | none => return env
    | some n =>
      throw (.refused "statement" s!"'{n.toString}', which the statement mentions, is declared otherwise")

def firstForeign (allowed : List Name) : List Name → Option Name
  | [] => none
  | n :: ns => if memName n allowed then firstForeign allowed ns else some n

/-- `proved` is `name`, or states with its help what is to be proved. -/
def judgeAxioms (base : TrustedBase) (env : Kernel.Environment) (name : Name) (allowed : List Name)
    (proved : Name) : JudgeResult :=
  let g := axiomDependencies base env proved
  let refuse (reason what : String) : JudgeResult := .refused reason what g.axioms
  match g.altered, firstForeign allowed g.axioms with
  | some n, _ => refuse "kernel" s!"the proof declares what the imported '{n.toString}' mentions"
  | none, none => .accepted g.axioms env proved
  | none, some a =>
    if memName ``sorryAx g.axioms then refuse "sorry" s!"'{name.toString}' rests on a sorry"
    else refuse "axiom" s!"'{name.toString}' rests on the axiom '{a.toString}'"

/-- Of a proof of a library theorem: does it use what the library declares later (see `inReach`)? -/
def judgeReach (base : TrustedBase) (env : Kernel.Environment) : Option Nat → Option JudgeResult
  | none => none
  | some limit =>
    match firstOutOfReach base.env (fun n => env.find? n) limit [claimName] {} with
    | none => none
    | some n => some (.refused "reach" (outOfReach n))

/-- A term with the values of the declarations that the stating text adds. -/
partial def StatedTheorem.unfoldOwn (s : StatedTheorem) (e : Expr) : Expr :=
  e.replace fun
    | .const n levels =>
      if !s.isOwn n then none
      else match s.env.find? n with
        | some (.defnInfo v) => some (s.unfoldOwn (v.value.instantiateLevelParams v.levelParams levels))
        | some (.thmInfo v) => some (s.unfoldOwn (v.value.instantiateLevelParams v.levelParams levels))
        | _ => none
    | _ => none

/-- The claim that `value` and the definition that is stated are one, up to the proofs in them: for the
kernel all proofs of a proposition are equal.  It reads `∀ p : type → Prop, p value → p definition`. -/
def StatedTheorem.sameValue (s : StatedTheorem) (value : Expr) : Declaration :=
  let levels := ListLite.map (fun u => Level.param u) s.const.levelParams
  let predicate := Expr.forallE `x s.const.type (.sort .zero) .default
  let holds (p : Nat) (e : Expr) := Expr.app (.bvar p) e
  let type := Expr.forallE `p predicate
    (.forallE `h (holds 0 value) (holds 1 (.const s.const.name levels)) .default) .default
  let proof := Expr.lam `p predicate (.lam `h (holds 0 value) (.bvar 0) .default) .default
  .thmDecl { name := claimName, levelParams := s.const.levelParams, type, value := proof }

/-- Does the kernel's environment `env` define what is stated, with other proofs in it? -/
def StatedTheorem.isFilledIn (s : StatedTheorem) (cancelTk : IO.CancelToken) (base : TrustedBase)
    (env : Kernel.Environment) : Bool :=
  match s.env.find? s.const.name, env.find? s.const.name with
  | some (.defnInfo stated), some (.defnInfo given) =>
    let value := s.unfoldOwn stated.value
    let todo := ListLite.append (usedConstants value) (usedConstants s.const.type)
    given.levelParams == stated.levelParams && (s.firstDifference base env todo).isNone &&
      match replay cancelTk env [s.sameValue value] with
      | .ok _ => true
      | .error _ => false
  | _, _ => false

/-- Is the definition `name` of the kernel's environment `env`, which the statement leaves open, of the
type that is stated, and on what does its value rest? -/
def judgeDefinition (cancelTk : IO.CancelToken) (base : TrustedBase) (allowed : List Name)
    (s : StatedTheorem) (env : Kernel.Environment) : JudgeResult :=
  let name := s.const.name
  match s.firstDifference base env [name] with
  | none => judgeAxioms base env name allowed name
  | some n =>
    if s.isFilledIn cancelTk base env then judgeAxioms base env name allowed name
    else
    let what := if n == name then "is declared otherwise: only proofs in a definition, and the value \
      of one that is `sorry` as a whole, can be filled in" else "which the statement mentions, is declared otherwise"
    .refused "statement" s!"'{n.toString}', {what}"

/-- Is `name` a theorem of the kernel's environment `env`, as stated if anything is, and on what does it
rest? -/
def judgeTheorem (cancelTk : IO.CancelToken) (base : TrustedBase) (allowed : List Name) (name : Name)
    (stated : Option StatedTheorem) (limit? : Option Nat) (env : Kernel.Environment) : JudgeResult :=
  match env.find? name, stated with
  | none, _ => .refused "missing" s!"'{name.toString}' is not declared"
  | some (.thmInfo _), none => judgeAxioms base env name allowed name
  | some (.defnInfo _), some s =>
    if s.isDefinition then judgeDefinition cancelTk base allowed s env
    else .refused "statement" s!"'{name.toString}' is not a theorem"
  | some (.thmInfo v), some s =>
    if s.isDefinition then .refused "statement" s!"'{name.toString}' is not a definition"
    else match s.match cancelTk base env v.toConstantVal with
    | .error j => j
    | .ok env => (judgeReach base env limit?).getD (judgeAxioms base env name allowed claimName)
  | some _, _ => .refused "statement" s!"'{name.toString}' is not a theorem"

/-- What the verdict says of the definitions that the candidate filled in. -/
def StatedTheorem.withDefinitions (s : StatedTheorem) : JudgeResult → JudgeResult
  | .accepted axioms env proved _ => .accepted axioms env proved s.free
  | other => other

/-- Judge declarations that mention `names`: the kernel's part. -/
def judge (cancelTk : IO.CancelToken) (base : TrustedBase) (allowed : List Name) (name : Name)
    (stated : Option StatedTheorem) (limit? : Option Nat) (decls : List Declaration) (names : List Name) :
    JudgeResult :=
  if mentionsCompiler names && !memName ``Lean.trustCompiler allowed then
    .refused "axiom" s!"'{name.toString}' rests on the axiom 'Lean.trustCompiler'" [``Lean.trustCompiler]
  else match replay cancelTk base.kernel decls with
  | .ok env => judgeTheorem cancelTk base allowed name stated limit? env
  | .error e =>
    match e.limit? with
    | some limit => .undecided limit
    | none => .refused "kernel" e.message

/-- Of what is accepted so far: does the elaborator agree with the kernel? -/
def JudgeResult.strictly (signals : Signals) (imported : Environment) (cmd : Command.State)
    (decls : List Declaration) (j : JudgeResult) : IO JudgeResult := do
  match j with
  | .accepted .. =>
    if !ListLite.any declHasWork decls then return j
    match ← strictReplay signals cmd imported decls with
    | .agreed => return j
    | .objected message => return .refused "kernel" message
    | .limit message => return .undecided message
  | _ => return j

/-- The first of `todo`, and of what they are made of, that has a `sorry`; what is declared below `own`
does not count. -/
partial def firstSorry (env : Environment) (own : Name) : List Name → NameSet → Option Name
  | [], _ => none
  | n :: rest, seen =>
    if seen.contains n || (env.getModuleIdxFor? n).isSome then firstSorry env own rest seen
    else match env.find? n with
      | none => firstSorry env own rest seen
      | some info =>
        let names := parts info
        if memName ``sorryAx names && !own.isPrefixOf n then some n
        else firstSorry env own (ListLite.append names rest) (seen.insert n)

/-- What is given rests on a `sorry` itself: then no proof can be free of it. -/
def StatedTheorem.rejects (s : StatedTheorem) : JudgeResult → Option RequestError
  | .refused "sorry" _ _ =>
    match firstSorry s.env s.const.name s.given (insertNames {} s.free) with
    | some n => some (statementError s!"it rests on '{n.toString}', which has a `sorry`: no proof of it counts")
    | none => none
  | _ => none

/-- Judge exported terms against the statement `source`; when it is empty, by themselves.  `fill` is as
in `statedIn`. -/
def Header.judge (signals : Signals) (env : Environment) (h : Header) (allowed : List Name)
    (name : Name) (source : String) (fill : List Name) (limit? : Option Nat) (exported : Json) :
    IO (Except RequestError JudgeResult) := do
  let base := TrustedBase.of env
  if (env.getModuleIdx? `Init).isNone then
    return .error { kind := "header", message := "the kernel computes with what only Init defines" }
  match decodeExport exported with
  | .error e => return .ok (.refused "kernel" s!"malformed terms: {e}")
  | .ok (decls, names) =>
    let judge stated := LeanEnv.judge signals.cancelTk base allowed name stated limit? decls names
    if source.isEmpty then return .ok (← (judge none).strictly signals env h.cmd decls)
    match ← h.stated signals name source fill with
    | .error failure =>
      return if ← signals.cancelTk.isSet then .ok outOfTime else .error failure
    | .ok stated =>
      let judgement := judge (some stated)
      match stated.rejects judgement with
      | some failure => return .error failure
      | none => return .ok (stated.withDefinitions (← judgement.strictly signals env h.cmd decls))

end LeanEnv
