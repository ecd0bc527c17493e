import LeanEnv.PrintAxioms
import LeanEnv.Sorries

/-!
# A text, elaborated to its end

As Lean does it with a file: an error ends the command that it is in, not the text.
-/

open Lean Meta Elab

namespace LeanEnv

/-- What came of a text: where Lean stands after it, what it said, in order, what it knew at each
`sorry`, and before each tactic if that is wanted. -/
structure Elaborated where
  cmd : Command.State
  messages : Array Json
  sorries : List SorryRecord
  tactics : List TacticRecord
  /-- Lean came to the end of the text before its time was up. -/
  finished : Bool

def placeJson (pos : Position) : Json := jsonNats [pos.line, pos.column + 1] #[]

def severityName : MessageSeverity → String
  | .information => "info"
  | .warning => "warning"
  | .error => "error"

def messageJson (m : Message) : IO Json := do
  let fields := [("severity", .str (severityName m.severity)), ("text", .str (← m.data.toString)),
    ("start", placeJson m.pos)]
  return Json.mkObj (match m.endPos with
    | some stop => ("stop", placeJson stop) :: fields
    | none => fields)

def messagesJson : List Message → Array Json → IO (Array Json)
  | [], acc => return acc
  | m :: ms, acc => do
    if m.isSilent then messagesJson ms acc else messagesJson ms (acc.push (← messageJson m))

/-- Messages and info trees are answers, not state. -/
def Command.State.clean (s : Command.State) : Command.State :=
  { s with messages := {}, traceState := {}, infoState := { s.infoState with trees := {} }
           snapshotTasks := #[] }

/-- A state to elaborate in between two commands; `env` is that before the second of them, for a
declaration is not known at a `sorry` of its own. -/
def savedIn (s : Command.State) : ElabState where
  coreCtx := { fileName := "<text>", fileMap := default, options := (scopeOf s).opts }
  metaCtx := {}
  termCtx := {}
  core := { env := s.env }
  meta' := {}
  term := {}

/-- Elaborate from a point to the end of the text.  `sorries` and `tactics`, the last first, are those
before it. -/
partial def elabToEnd (signals : Signals) (ref : CaptureRef) (ictx : Parser.InputContext)
    (wantTactics : Bool) (at' : Point) (messages : Array Json) (sorries : List SorryRecord)
    (tactics : List TacticRecord) : IO Elaborated := do
  let (stx, pos, said) := Parser.parseCommand ictx (parserContext at'.cmd) at'.pos {}
  let messages ← messagesJson (elems said.unreported) messages
  if stx.isOfKind ``Parser.Command.eoi then
    return ended at'.cmd messages sorries tactics true
  ref.set { goOn := true }
  let stx := match sorryOccurrences stx [] with
    | [] => stx
    | _ => captureSorry stx (terms := true)
  let (after, said) ← elabWithAxioms signals ictx at'.pos.pos stx at'.cmd
  let saved := savedIn at'.cmd
  let found ← match sorryRecords saved after.infoState (← ref.get).found with
    | [] => unknownSorries saved ictx.fileMap said
    | found => pure found
  let sorries := ListLite.reverseAux found sorries
  ref.set { goOn := false }
  let messages ← messagesJson said messages
  let tactics := if wantTactics
    then ListLite.reverseAux (tacticRecords at'.cmd.env after.infoState) tactics
    else tactics
  let cmd := Command.State.clean after
  if ← signals.cancelTk.isSet then return ended cmd messages sorries tactics false
  if Parser.isTerminalCommand stx then  -- an `import` in the middle, `#exit`
    return ended cmd messages sorries tactics true
  elabToEnd signals ref ictx wantTactics { pos, cmd } messages sorries tactics
where
  ended (cmd : Command.State) (messages : Array Json) (sorries : List SorryRecord)
      (tactics : List TacticRecord) (finished : Bool) : Elaborated :=
    { cmd, messages, sorries := ListLite.reverse sorries, tactics := ListLite.reverse tactics, finished }

/-- Elaborate `text` after a header. -/
def Header.elabText (signals : Signals) (ref : CaptureRef) (wantTactics : Bool) (h : Header)
    (text : String) : IO Elaborated :=
  elabToEnd signals ref (inputContext text "<text>") wantTactics { pos := {}, cmd := h.cmd } #[] [] []

/-- Elaborate a whole file, which says itself what it imports. -/
def elabFile (signals : Signals) (ref : CaptureRef) (wantTactics : Bool) (base : Command.State)
    (text : String) : IO (Except RequestError Elaborated) := do
  let ictx := inputContext text "<text>"
  match ← afterImports base ictx with
  | .error failure => return .error failure
  | .ok point => return .ok (← elabToEnd signals ref ictx wantTactics point #[] [] [])

end LeanEnv
