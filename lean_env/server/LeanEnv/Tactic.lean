import LeanEnv.Library

/-!
# Running tactics

A proof state of the search is a list of goals that share metavariables, with everything Lean needs to
go on from there.
-/

open Lean Meta Elab

namespace LeanEnv

structure State where
  saved : ElabState
  goals : List MVarId
  key : String
  /-- Hash of the header. -/
  salt : UInt64
  /-- The module of the library theorem that is to be proved anew (see `inReach`). -/
  limit? : Option Nat := none
  /-- Its goals stay in one state, and tactics see all of them, as they would in a file. -/
  together : Bool := false
  /-- The goals that it began with. -/
  roots : List MVarId := []

/-- Goals that belong together, of those that a tactic left: where they stand among all, how they
print, what identifies them. -/
structure Part where
  positions : List Nat
  goals : List MVarId
  json : Json
  key : String

inductive Outcome where
  | applied (saved : ElabState) (parts : List Part) (messages : List String)
  | rejected (reason message : String)
  /-- Told to stop. -/
  | timeout

/-- Parse a tactic sequence, to the end of the text. -/
def parseTactics (s : ElabState) (text : String) : Except String Syntax :=
  let env := s.core.env
  let p := Parser.andthenFn Parser.whitespace Parser.Tactic.tacticSeq.fn
  let ictx := inputContext text "<tactic>"
  let pmctx : Parser.ParserModuleContext :=
    { env, options := s.coreCtx.options, currNamespace := s.coreCtx.currNamespace,
      openDecls := s.coreCtx.openDecls }
  let out := p.run ictx pmctx (Parser.getTokenTable env) (Parser.mkParserState text)
  if out.hasError then .error (out.toErrorMsg ictx)
  else if out.pos.byteIdx < text.utf8ByteSize then
    .error ((out.mkError "end of input").toErrorMsg ictx)
  else .ok out.stxStack.back

@[noinline] def evalTactics (stx : Syntax) : Tactic.TacticM Unit :=
  fun ctx => Tactic.evalTactic stx { ctx with recover := false }

@[noinline] def throwMessage (s : String) : TermElabM α :=
  throw (.error .missing (MessageData.ofFormat (.text s)))

/-- The messages of a severity other than error. -/
partial def notes : List Message → IO (List String)
  | [] => return []
  | m :: ms => do return (← m.data.toString) :: (← notes ms)

partial def partsOf (salt : UInt64) : List Cluster → MetaM (List Part)
  | [] => return []
  | c :: cs => do
    let members := sortMembers c.members
    let views := ListLite.map (fun m => m.2) members
    let part := {
      positions := ListLite.map (fun m => m.1) members
      goals := ListLite.map (fun v => v.mvarId) views
      json := ← viewsJson views #[]
      key := ← stateKey salt views }
    return part :: (← partsOf salt cs)

/-- Divide goals into those that belong together. -/
def divide (salt : UInt64) (goals : List MVarId) : MetaM (List Part) := do
  partsOf salt (← clusters (← viewsOf goals 0) [])

/-- All goals, in order, as one part. -/
def oneOf (salt : UInt64) (goals : List MVarId) : MetaM (List Part) := do
  partsOf salt [{ members := ← viewsOf goals 0, mvars := [] }]

/-- Closing a state must leave nothing open behind it. -/
def checkClosed : List MVarId → TermElabM Unit
  | [] => return
  | g :: gs => do
    let e ← instantiate (.mvar g)
    if e.hasExprMVar then throwMessage "the proof contains unassigned metavariables"
    if e.hasSyntheticSorry then throwMessage "the proof contains an error"
    checkClosed gs

def outOfReach (n : Name) : String := "the library declares '" ++ n.toString ++ "' after this theorem"

/-- Refuse a step that uses what comes after the theorem. -/
def checkReach (limit? : Option Nat) : List MVarId → TermElabM Unit
  | [] => return
  | g :: gs => do
    match limit? with
    | none => return
    | some limit =>
      let env := (← getThe Core.State).env
      let used := constantsOf (← instantiate (.mvar g))
      match firstOutOfReach env (fun n => env.find? n) limit used {} with
      | none => checkReach limit? gs
      | some n => throwMessage (outOfReach n)

/-- Run a tactic sequence on goals of which it sees all. -/
@[noinline] def evalOn (goals : List MVarId) (stx : Syntax) : Tactic.TacticM Unit :=
  fun ctx ref => do
    ref.set { (← ref.get) with goals }
    evalTactics stx ctx ref

/-- Run a parsed tactic sequence: on the first goal, or on all where they stay together. -/
def applyTactics (s : State) (stx : Syntax) (mayLeaveMVars : Bool := false) :
    TermElabM (List Part × List String) := do
  match s.goals with
  | [] => throwMessage "no goals"
  | g :: rest =>
    let goals := if s.together then s.goals else [g]
    let new ← Tactic.run g (evalOn goals stx)
    let msgs := elems (← getThe Core.State).messages.unreported
    match ← firstError msgs with
    | some (e, _) => throwMessage e
    | none =>
      checkReach s.limit? goals
      match if s.together then new else ListLite.append new rest with
      | [] =>
        if !mayLeaveMVars then checkClosed s.goals
        return ([], ← notes msgs)
      | goals =>
        let parts ← if s.together then oneOf s.salt goals else divide s.salt goals
        return (parts, ← notes msgs)

/-- Messages, traces and info trees are answers, not state. -/
def ElabState.clean (s : ElabState) : ElabState :=
  let core := { s.core with messages := {}, traceState := {}, infoState := {}, snapshotTasks := #[] }
  { s with core }

/-- A message without its trace trees.  All that `grind` knew when it gave up is in them, and to print
that can take longer than `grind` itself. -/
partial def withoutTraces : MessageData → MessageData
  | .trace .. => .nil
  | .compose a b => .compose (withoutTraces a) (withoutTraces b)
  | .withContext ctx m => .withContext ctx (withoutTraces m)
  | .withNamingContext ctx m => .withNamingContext ctx (withoutTraces m)
  | .nest n m => .nest n (withoutTraces m)
  | .group m => .group (withoutTraces m)
  | .tagged n m => .tagged n (withoutTraces m)
  | m => m

/-- Why an exception is a rejection. -/
def rejection (e : Exception) : IO Outcome := do
  if e.isInterrupt then return .timeout
  let message ← (withoutTraces e.toMessageData).toString
  return .rejected (if e.isMaxHeartbeat then "timeout" else "error") message

/-- `decide +kernel` is nothing but the kernel's check: there it cannot be left out. -/
def asksKernel (text : String) : Bool :=
  match text.splitOn "kernel" with
  | [_] => false
  | _ => true

/-- Run a tactic sequence on the first goal of `s`. -/
def State.run (signals : Signals) (opts : RunOptions) (s : State) (text : String) : IO Outcome := do
  match parseTactics s.saved text with
  | .error e => return .rejected "parse" e
  | .ok stx =>
    let opts := { opts with trust := opts.trust && !asksKernel text }
    match ← runTerm signals opts s.saved (applyTactics s stx) with
    | .error e => rejection e
    | .ok ((parts, messages), saved) =>
      match parts with
      | [part] =>
        if part.key == s.key && !s.together then
          return .rejected "no_progress" "the goals are the same as before"
        return .applied saved.clean parts messages
      | _ => return .applied saved.clean parts messages

end LeanEnv
