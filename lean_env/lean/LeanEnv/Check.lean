import LeanEnv.Start
import LeanEnv.Replay

/-!
# The gate

Two processes take part.  The candidate's elaborates the candidate's text and exports the theorem as
terms (`Header.export`).  The trusted one, which never sees that text, elaborates header and statement
by itself, lets the kernel check the terms over nothing but the imported modules, and compares
(`Header.judge`).
-/

open Lean Meta Elab

namespace LeanEnv

structure Judgement where
  /-- Empty: accepted.  Otherwise one of the reasons of `lean_env.types.Refusal`. -/
  refused : String := ""
  message : String := ""
  axioms : List Name := []

/-! ## Examples -/

/-- A name that nobody else uses for what an unnamed `example` proves. -/
def exampleName : String := "_example"

/-- The place of the keyword `example` in a declaration. -/
partial def exampleAtom : Syntax → Option (Nat × Nat)
  | .atom info "example" =>
    match info.getPos?, info.getTailPos? with
    | some a, some b => some (a.byteIdx, b.byteIdx)
    | _, _ => none
  | .node _ _ args => inArgs args.toList
  | _ => none
where
  inArgs : List Syntax → Option (Nat × Nat)
    | [] => none
    | s :: ss =>
      match exampleAtom s with
      | some r => some r
      | none => inArgs ss

/-- An `example` as a theorem, so that it can be looked at afterwards. -/
def nameExample (cmd : Command.State) (text : String) : IO String := do
  match ← parseOne cmd text with
  | .error _ => return text
  | .ok stx =>
    match exampleAtom stx with
    | none => return text
    | some (a, b) =>
      return substring text 0 a ++ "theorem " ++ exampleName ++ substring text b text.utf8ByteSize

/-! ## The candidate's side -/

/-- Elaborate `candidate` and export `name`, or say why not. -/
def Header.export (signals : Signals) (h : Header) (name : Name) (candidate : String) :
    IO (Except Judgement Json) := do
  let ictx := inputContext (← nameExample h.cmd candidate) "<proof>"
  let (after, _) ← elabCommands signals ictx { pos := {}, cmd := { h.cmd with messages := {} } } []
  match ← firstFailure "proof" after with
  | some failure =>
    return .error { refused := "compile", message := s!"line {failure.line}: {failure.message}" }
  | none =>
    if (after.env.find? name).isNone then
      return .error { refused := "missing", message := s!"'{name.toString}' is not declared" }
    return .ok (← exportConstant after.env name)

/-! ## The trusted side: axioms -/

def allowedAxioms : List Name := [``propext, ``Classical.choice, ``Quot.sound]

def memName (n : Name) : List Name → Bool
  | [] => false
  | m :: ms => m == n || memName n ms

def constantParts (info : ConstantInfo) : List Name :=
  let value := match info with
    | .thmInfo v => usedConstants v.value
    | .defnInfo v => usedConstants v.value
    | .opaqueInfo v => usedConstants v.value
    | .inductInfo v => v.ctors
    | .ctorInfo v => [v.induct]
    | .recInfo v => v.all
    | _ => []
  List.append value (usedConstants info.type)

/-- Axioms that are never taken for a theorem whose proof was left out. -/
def knownAxioms : List Name :=
  [``propext, ``Classical.choice, ``Quot.sound, ``sorryAx, ``Lean.ofReduceBool, ``Lean.ofReduceNat,
   ``Lean.trustCompiler]

/-- Embedded Lean carries its library without proofs: theorems look like axioms there. -/
def proofsLeftOut (env : Environment) : Bool :=
  match env.find? ``Nat.add_comm with
  | some (.axiomInfo _) => true
  | _ => false

/-- The axioms behind `todo` in `env`, which extends `base`, the imported modules.  What these declare
is taken on trust, except axioms. -/
partial def axiomsBehind (base : Environment) (env : Kernel.Environment) (todo : List Name) (seen : NameSet) (axioms : List Name) :
    List Name :=
  match todo with
  | [] => axioms
  | n :: rest =>
    if seen.contains n then axiomsBehind base env rest seen axioms
    else
      let seen := seen.insert n
      let imported := (base.find? n).isSome
      match env.find? n with
      | none => axiomsBehind base env rest seen axioms
      | some (.axiomInfo _) =>
        let isAxiom := !imported || memName n knownAxioms || !proofsLeftOut base
        axiomsBehind base env rest seen (if isAxiom then n :: axioms else axioms)
      | some info =>
        let parts := if imported then [] else constantParts info
        axiomsBehind base env (List.append parts rest) seen axioms

def firstForeign : List Name → Option Name
  | [] => none
  | n :: ns => if memName n allowedAxioms then firstForeign ns else some n

/-! ## The trusted side: the statement -/

/-- A term without metadata, which means nothing to the kernel. -/
partial def plain (e : Expr) : Expr :=
  e.replace (fun
    | .mdata _ e => some (plain e)
    | _ => none)

def sameSignature (a b : ConstantVal) : Bool :=
  a.levelParams == b.levelParams && plain a.type == plain b.type

def sameConstructors (a : Environment) (b : Kernel.Environment) : List Name → Bool
  | [] => true
  | n :: ns =>
    match a.find? n, b.find? n with
    | some (.ctorInfo v), some (.ctorInfo w) =>
      sameSignature v.toConstantVal w.toConstantVal && sameConstructors a b ns
    | _, _ => false

/-- Is `n` in `b` what it is in `a`?  Of theorems only the statement counts. -/
def sameConstant (a : Environment) (b : Kernel.Environment) (x y : ConstantInfo) : Bool :=
  sameSignature x.toConstantVal y.toConstantVal &&
  match x, y with
  | .defnInfo v, .defnInfo w => plain v.value == plain w.value
  | .opaqueInfo v, .opaqueInfo w => plain v.value == plain w.value
  | .inductInfo v, .inductInfo w =>
    v.numParams == w.numParams && v.ctors == w.ctors && sameConstructors a b v.ctors
  | .thmInfo _, .thmInfo _ | .axiomInfo _, .axiomInfo _ => true
  | .ctorInfo _, .ctorInfo _ | .recInfo _, .recInfo _ => true
  | _, _ => false

def declNames : Declaration → List Name
  | .axiomDecl v => [v.name]
  | .defnDecl v => [v.name]
  | .thmDecl v => [v.name]
  | .opaqueDecl v => [v.name]
  | .inductDecl _ _ types _ => List.map (fun t => t.name) types
  | .quotDecl | .mutualDefnDecl _ => []

/-- The first of the replayed declarations that the trusted header declares differently. -/
def firstChanged (header : Environment) (env : Kernel.Environment) : List Name → Option Name
  | [] => none
  | n :: ns =>
    match header.find? n, env.find? n with
    | some x, some y => if sameConstant header env x y then firstChanged header env ns else some n
    | _, _ => firstChanged header env ns

def allNames : List Declaration → List Name
  | [] => []
  | d :: ds => List.append (declNames d) (allNames ds)

/-- The stated theorem must follow from the proved one by definitional identity alone: the kernel is
asked to take the one for a proof of the other. -/
def follows (cancelTk : IO.CancelToken) (env : Kernel.Environment) (stated : ConstantVal) : Bool :=
  let levels := List.map (fun u => Level.param u) stated.levelParams
  let claim : TheoremVal := {
    name := `_stated, levelParams := stated.levelParams, type := stated.type
    value := .const stated.name levels }
  match env.addDecl {} (.thmDecl claim) (some cancelTk) with
  | .ok _ => true
  | .error _ => false

def judgeTheorem (cancelTk : IO.CancelToken) (base : Environment) (env : Kernel.Environment)
    (stated : ConstantVal) : Judgement :=
  match env.find? stated.name with
  | some (.thmInfo v) =>
    if v.levelParams != stated.levelParams || !follows cancelTk env stated then
      { refused := "statement", message := s!"'{stated.name.toString}' is declared with another statement" }
    else
      let axioms := axiomsBehind base env [stated.name] {} []
      if memName ``sorryAx axioms then
        { refused := "sorry", message := s!"'{stated.name.toString}' rests on a sorry", axioms }
      else match firstForeign axioms with
        | some a =>
          { refused := "axiom", axioms
            message := s!"'{stated.name.toString}' rests on the axiom '{a.toString}'" }
        | none => { axioms }
  | some _ => { refused := "statement", message := s!"'{stated.name.toString}' is not a theorem" }
  | none => { refused := "missing", message := s!"'{stated.name.toString}' is not declared" }

/-- The theorem that a declaration states. -/
def Header.stated (signals : Signals) (ref : CaptureRef) (h : Header) (statement : String) :
    IO (Except Failure ConstantVal) := do
  match ← h.start signals ref statement with
  | .error failure => return .error failure
  | .ok started =>
    match ← parseOne h.cmd (← nameExample h.cmd started.statement.source) with
    | .error (message, pos) => return .error (statementError message pos)
    | .ok stx =>
      let after ← elabCommand signals (inputContext "" "<statement>") 0 stx { h.cmd with messages := {} }
      match after.env.find? started.name with
      | some info => return .ok info.toConstantVal
      | none => return .error (statementError "the statement declares nothing")

/-- Judge exported terms against a statement. -/
def Header.judge (signals : Signals) (ref : CaptureRef) (base : Environment) (h : Header)
    (statement : String) (exported : Json) : IO (Except Failure Judgement) := do
  match ← h.stated signals ref statement with
  | .error failure => return .error failure
  | .ok stated =>
    match decodeExport exported with
    | .error e => return .ok { refused := "kernel", message := s!"malformed terms: {e}" }
    | .ok decls =>
      match replay signals.cancelTk base.toKernelEnv decls with
      | .error .interrupted => return .error { kind := "timeout", message := "time limit reached" }
      | .error e =>
        return .ok { refused := "kernel", message := ← (e.toMessageData {}).toString }
      | .ok env =>
        match firstChanged h.cmd.env env (allNames decls) with
        | some n =>
          return .ok { refused := "statement", message := s!"'{n.toString}' is not what the header says" }
        | none => return .ok (judgeTheorem signals.cancelTk base env stated)

end LeanEnv
