import LeanEnv.Gate
import LeanEnv.Elaborate

/-!
# Tactics one at a time

As in a file and in a REPL: a tactic sees all goals and may leave a `sorry`.  Whether a proof that comes
to its end is one, the kernel says.
-/

open Lean Meta Elab

namespace LeanEnv

/-- What a tactic made of a state. -/
structure AppliedTactic where
  state : State
  goals : Json
  /-- Whether this proves the goals that the state began with. -/
  status : String
  messages : Array Json
  traces : List String
  sorries : List SorryRecord

def goalName : Name := .num `goal 0

/-- The goal and what it was assigned, as a definition. -/
def GoalView.definition (v : GoalView) (value : Expr) : Declaration :=
  let fvars := declFVars v.decls #[]
  let type := v.lctx.mkForall fvars v.target (usedLetOnly := false)
  let value := v.lctx.mkLambda fvars value (usedLetOnly := false)
  let levelParams := (collectLevelParams (collectLevelParams {} type) value).params.toList
  .defnDecl { name := goalName, levelParams, type, value, hints := .opaque, safety := .safe }

/-- In the words of the REPL of Lean's community. -/
def proofStatus (signals : Signals) (env : Environment) : List MVarId → MetaM String
  | [] => return "Completed"
  | g :: gs => do
    let view ← GoalView.of g
    let value ← instantiate (.mvar g)
    if value.hasExprMVar then return "Incomplete: contains metavariable(s)"
    match check signals.cancelTk env.toKernelEnv (view.definition value) with
    | .error failed =>
      let message := failed.error.toMessageData (← getOptions)
      return "Error: kernel type check failed: " ++ (← message.toString)
    | .ok _ =>
      if value.hasSorry then return "Incomplete: contains sorry"
      proofStatus signals env gs

/-- What `trace` and the options `trace.…` left. -/
def traceTexts : List TraceElem → IO (List String)
  | [] => return []
  | t :: ts => do return (← t.msg.toString) :: (← traceTexts ts)

/-- Whatever is to be known after the tactic: its parts, the status of the proof. -/
def applyAll (signals : Signals) (s : State) (stx : Syntax) : TermElabM (List Part × String) := do
  match ← applyTactics s stx (mayLeaveMVars := true) with
  | ([], _) =>
    let env := (← getThe Core.State).env
    return ([], ← proofStatus signals env s.roots)
  | (parts, _) => return (parts, "Incomplete: open goals remain")

/-- Run a tactic sequence on all goals of `s`; why it is rejected, otherwise. -/
def State.apply (signals : Signals) (ref : CaptureRef) (opts : RunOptions) (s : State) (text : String) :
    IO (Except Outcome AppliedTactic) := do
  match parseTactics s.saved text with
  | .error e => return .error (.rejected "parse" e)
  | .ok stx =>
    let coreCtx := { s.saved.coreCtx with fileMap := text.toFileMap }
    ref.set { goOn := true }
    let result ← runTerm signals opts { s.saved with coreCtx }
      (applyAll signals { s with together := true } (captureSorry stx (terms := true)))
    let captured := (← ref.get).found
    ref.set { goOn := false }
    match result with
    | .error e => return .error (← rejection e)
    | .ok ((parts, status), saved) =>
      let messages ← messagesJson (elems saved.core.messages.unreported) #[]
      let traces ← traceTexts (elems saved.core.traceState.traces)
      let infos := saved.core.infoState
      let saved := saved.clean
      let sorries := sorryRecords saved infos captured
      match parts with
      | part :: _ =>
        let state := { s with saved, goals := part.goals, key := part.key }
        return .ok { state, goals := part.json, status, messages, traces, sorries }
      | [] =>
        let state := { s with saved, goals := [], key := "" }
        return .ok { state, goals := .arr #[], status, messages, traces, sorries }

end LeanEnv
