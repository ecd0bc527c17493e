import LeanEnv.ServerState

/-!
# The requests `scan`, `check` and `apply`

They take text as people write it: whole files, commands after a header, and tactics that may leave a
`sorry`.
-/

open Lean Meta Elab

namespace LeanEnv

def toArray : List Json → Array Json → Array Json
  | [], acc => acc
  | j :: js, acc => toArray js (acc.push j)

/-- A declaration of a file that has a `sorry`, and where it stands. -/
def sorryJson (source : String) (map : FileMap) (step : CommandStep) (start stop : Place) :
    IO Json := do
  let line := (map.toPosition start.pos).line
  let declared ← declaredNames map step
  return Json.mkObj [("start", jsonNat start.codePoints), ("stop", jsonNat stop.codePoints),
    ("line", jsonNat line), ("text", .str (substring source start.pos.byteIdx stop.pos.byteIdx)),
    ("sorries", jsonNat (count (sorryOccurrences step.stx []))),
    ("declares", .arr (toArray (declarationsOf map step false declared []) #[]))]
where
  count : List SorryOccurrence → Nat
    | [] => 0
    | _ :: hs => count hs + 1

/-- Is there a declaration in a command? -/
partial def isDeclaration (stx : Syntax) : Bool :=
  match stx with
  | .node _ kind args =>
    kind == `Lean.Parser.Command.declaration || kind == `Lean.Parser.Command.declId
      || inArgs args.toList
  | _ => false
where
  inArgs : List Syntax → Bool
    | [] => false
    | s :: ss => isDeclaration s || inArgs ss

/-- Does Lean warn that a declaration uses `sorry`? -/
partial def warnsOfSorry : List Message → IO Bool
  | [] => return false
  | m :: ms => do
    if (← m.data.toString).startsWith "declaration uses" then return true else warnsOfSorry ms

/-- The declarations with a `sorry`, written or made by a macro, from steps that come in order.
`at'` is a place before them. -/
def sorriesJson (source : String) (map : FileMap) (at' : Place) :
    List CommandStep → Array Json → IO (Array Json)
  | [], acc => return acc
  | step :: steps, acc => do
    let wanted ← match sorryOccurrences step.stx [] with
      | [] => warnsOfSorry (elems step.after.messages.unreported)
      | _ => pure true
    if wanted && isDeclaration step.stx then
      let start := at'.advance source ((step.stx.getPos?).getD step.before.pos.pos)
      let stop := start.advance source ((step.stx.getTailPos?).getD start.pos)
      sorriesJson source map stop steps (acc.push (← sorryJson source map step start stop))
    else sorriesJson source map at' steps acc

/-- Which theorems a whole file declares, and which declarations want a proof.  The file is kept as a
header.  With `examples` they are among the theorems. -/
def Server.scan (sv : Server) (source : String) (examples : Bool) : IO (Except RequestError Json) := do
  match ← Header.elab sv.signals sv.base [] source examples with
  | .error failure => return .error failure
  | .ok (h, steps) =>
    sv.headers.modify (fun hs => hs.push h)
    let map := source.toFileMap  -- made once: it takes as long as the text
    return .ok (Json.mkObj
      [("sorries", .arr (← sorriesJson source map {} (ListLite.reverse steps) #[])),
      ("theorems", .arr (toArray (theoremsJson map steps []) #[]))])

/-- Keep goals as a state of salt 0. -/
def Server.keepFirst (sv : Server) (saved : ElabState) (first : FirstState)
    (roots : List MVarId := []) : IO Nat :=
  sv.keep { saved, goals := first.goals, key := first.key, salt := 0, together := true
            roots := match roots with
              | [] => first.goals
              | roots => roots }

/-- What Lean knew at a `sorry`, the goal that it closed; kept where `keep` says so, as a part of the
proof of `roots`, or of a proof of its own. -/
def Server.sorryGoal (sv : Server) (map : FileMap) (keep : Bool) (roots : List MVarId)
    (r : SorryRecord) : IO (Option Json) := do
  match ← runTerm sv.signals {} r.saved.clean (goalState r.target) with
  | .error _ => return none
  | .ok (first, saved) =>
    let fields := [("start", placeJson (map.toPosition r.start)),
      ("stop", placeJson (map.toPosition r.stop)), ("goals", first.json)]
    let known := match r.target with
      | .unknown => false
      | _ => true
    if !(keep && known) then return some (Json.mkObj fields)
    return some (Json.mkObj (("state", jsonNat (← sv.keepFirst saved first roots)) :: fields))
where
  goalState (target : SorryTarget) : TermElabM FirstState := do firstState 0 (← target.mvar)

def Server.sorryGoals (sv : Server) (map : FileMap) (keep : Bool) (roots : List MVarId) :
    List SorryRecord → Array Json → IO (Array Json)
  | [], acc => return acc
  | c :: cs, acc => do
    match ← sv.sorryGoal map keep roots c with
    | some j => sv.sorryGoals map keep roots cs (acc.push j)
    | none => sv.sorryGoals map keep roots cs acc

/-- What Lean knew before a tactic, as a state. -/
def Server.tacticRecordJson (sv : Server) (source : String) (map : FileMap) (u : TacticRecord) :
    IO (Option Json) := do
  match ← runTerm sv.signals {} u.saved (firstState 0 u.goals) with
  | .error _ => return none
  | .ok (first, saved) =>
    let n ← sv.keepFirst saved.clean first
    return some (Json.mkObj [("start", placeJson (map.toPosition u.start)),
      ("stop", placeJson (map.toPosition u.stop)), ("goals", first.json), ("state", jsonNat n),
      ("text", .str (substring source u.start.byteIdx u.stop.byteIdx)),
      ("constants", .arr (toArray (ListLite.map (fun n => .str n.toString) u.constants) #[]))])

def Server.tacticRecordsJson (sv : Server) (source : String) (map : FileMap) :
    List TacticRecord → Array Json → IO (Array Json)
  | [], acc => return acc
  | u :: us, acc => do
    match ← sv.tacticRecordJson source map u with
    | some j => sv.tacticRecordsJson source map us (acc.push j)
    | none => sv.tacticRecordsJson source map us acc

/-- What a `check` asks for. -/
structure CheckRequest where
  source : String
  keep : Bool
  tactics : Bool
  ms : Nat

/-- The answer to `check`; `above` is the text of the header. -/
def Server.elaborated (sv : Server) (above : String) (w : CheckRequest) (e : Elaborated) : IO Json := do
  let map := w.source.toFileMap
  let fields := [("messages", .arr e.messages), ("finished", .bool e.finished),
    ("sorries", .arr (← sv.sorryGoals map w.keep [] e.sorries #[])),
    ("tactics", .arr (← sv.tacticRecordsJson w.source map e.tactics #[]))]
  if !w.keep then return Json.mkObj fields
  let headers ← sv.headers.get
  sv.headers.set
    (headers.push { source := above ++ w.source, resume? := none, cmd := e.cmd, sound := false })
  return Json.mkObj (("header", jsonNat headers.size) :: fields)

/-- Elaborate a text to its end, after a header or as a file. -/
def Server.check (sv : Server) (header : Option Nat) (w : CheckRequest) : IO (Except RequestError Json) := do
  match header with
  | none =>
    match ← withDeadline sv.signals w.ms
        (elabFile sv.signals sv.capture w.tactics sv.base w.source) with
    | .error failure => return .error failure
    | .ok e => return .ok (← sv.elaborated "" w e)
  | some header =>
    sv.withHeader header fun h => do
      let e ← withDeadline sv.signals w.ms (h.elabText sv.signals sv.capture w.tactics w.source)
      return .ok (← sv.elaborated h.source w e)

/-- Run a tactic on all goals of a state, as a file would. -/
def Server.apply (sv : Server) (id state : Nat) (tactic : String) (ms : Nat) (opts : RunOptions) :
    IO Json := do
  match (← sv.states.get)[state]? with
  | some (some s) =>
    match ← withDeadline sv.signals ms (s.apply sv.signals sv.capture opts tactic) with
    | .ok a =>
      let n ← sv.keep a.state
      let sorries ← sv.sorryGoals tactic.toFileMap true s.roots a.sorries #[]
      return okAnswer id (Json.mkObj [("state", stateJson n a.state.key a.goals),
        ("status", .str a.status), ("messages", .arr a.messages), ("sorries", .arr sorries),
        ("traces", jsonStrs a.traces #[])])
    | .error (.rejected reason message) => return rejected reason message
    | .error _ => return rejected "timeout" "time limit reached"
  | _ => return errorAnswer id { kind := "state", message := "no such state" }
where
  rejected (reason message : String) : Json :=
    Json.mkObj [("id", jsonNat id), ("index", jsonNat 0), ("ms", jsonNat 0),
      ("rejected", Json.mkObj [("reason", .str reason), ("message", .str message)])]

end LeanEnv
