import LeanEnv.Gate
import LeanEnv.Refute
import LeanEnv.ReplayMany
import LeanEnv.TextRequests

/-!
# The server

One request in, its answers out, one at a time.
-/

open Lean Meta Elab

namespace LeanEnv

def Server.hello (sv : Server) : Json :=
  Json.mkObj [("protocol", jsonNat 1), ("lean", .str Lean.versionStringCore),
    ("commit", .str Lean.githash), ("imports", jsonStrs sv.imports #[])]

def indexOf (source : String) (examples : Bool) : List Header → Nat → Option Nat
  | [], _ => none
  | h :: hs, i =>
    if h.sound && h.source == source && h.examples == examples then some i
    else indexOf source examples hs (i + 1)

def Server.open (sv : Server) (source : String) (examples : Bool) : IO (Except RequestError Json) := do
  let headers ← sv.headers.get
  match indexOf source examples headers.toList 0 with
  | some i => return .ok (Json.mkObj [("header", jsonNat i)])
  | none =>
    match ← Header.elab sv.signals sv.base headers.toList source examples with
    | .error failure => return .error failure
    | .ok (h, _) =>
      sv.headers.set (headers.push h)
      return .ok (Json.mkObj [("header", jsonNat headers.size)])

/-- The theorems of a module of the library; without a name, the modules. -/
def Server.library (sv : Server) (module : String) : IO (Except RequestError Json) := do
  let env := sv.imported
  if module.isEmpty then
    let modules := moduleList env env.header.moduleNames.toList #[]
    return .ok (Json.mkObj [("modules", modules)])
  match moduleConstants env module.toName with
  | none => return .error { kind := "imports", message := s!"no module '{module}'", imports := [module] }
  | some names =>
    match ← runTerm sv.signals {} sv.blank (listTheorems env names {}) with
    | .ok (listing, _) => return .ok listing.toJson
    | .error e => return .error { kind := "request", message := ← e.toMessageData.toString }

def namesJson (names : List Name) : Json := jsonStrs (ListLite.map (fun n => n.toString) names) #[]

def Server.start (sv : Server) (statement : String) (together : Bool) (number? : Option Nat)
    (h : Header) (limit? : Option Nat) : IO (Except RequestError Json) := do
  match ← h.start sv.signals sv.capture statement limit? together number? with
  | .error failure => return .error failure
  | .ok s =>
    let n ← sv.keep s.state
    let source := s.statement.source
    let start := ({} : Place).advance source s.statement.hole.start
    let hole := [start.codePoints, (start.advance source s.statement.hole.stop).codePoints]
    return .ok (Json.mkObj [("name", jsonName s.name), ("source", .str source),
      ("hole", jsonNats hole #[]), ("state", stateJson n s.state.key s.goals),
      ("auto_bound", namesJson s.autoBound)])

def judgeResultJson (base : Kernel.Environment) : JudgeResult → IO Json
  | .accepted axioms env proved definitions => do
    let rows ← exportProof base env [proved]
    return row "" "" axioms definitions [("theorem", jsonName proved), ("rows", .str rows)]
  | .refused reason message axioms => return row reason message axioms [] []
  | .undecided message => return row "undecided" message [] [] []
where
  row (refused message : String) (axioms definitions : List Name) (proof : List (String × Json)) : Json :=
    Json.mkObj (("refused", .str refused) :: ("message", .str message) ::
      ("axioms", namesJson axioms) :: ("definitions", namesJson definitions) :: proof)

def Server.export (sv : Server) (name : Name) (source : String) (ms : Nat) (h : Header) :
    IO (Except RequestError Json) := do
  match ← withDeadline sv.signals ms (h.export sv.signals name source) with
  | .error j => return .ok (← judgeResultJson sv.imported.toKernelEnv j)
  | .ok exported => return .ok (Json.mkObj [("export", exported)])

def Server.judge (sv : Server) (name : Name) (source : String) (exported : Json)
    (axioms : List String) (ms : Nat) (fill : List Name) (h : Header) (limit? : Option Nat) :
    IO (Except RequestError Json) := do
  let allowed := ListLite.map (fun s => s.toName) axioms
  match ← withDeadline sv.signals ms
      (h.judge sv.signals sv.imported allowed name source fill limit? exported) with
  | .error failure => return .error failure
  | .ok j => return .ok (← judgeResultJson sv.imported.toKernelEnv j)

def Server.release (sv : Server) : List Nat → IO Unit
  | [] => return
  | n :: ns => do
    let states ← sv.states.get
    if let some (some _) := states[n]? then
      sv.states.set (states.set! n none)
      sv.live.modify (fun n => n - 1)
    sv.release ns

/-! ## Running tactics -/

/-- Keep the parts of `parent`, as `saved`. -/
def Server.partsJson (sv : Server) (saved : ElabState) (parent : State) :
    List Part → Array Json → Array Json → IO (Json × Json)
  | [], states, positions => return (.arr states, .arr positions)
  | p :: ps, states, positions => do
    let n ← sv.keep { parent with saved, goals := p.goals, key := p.key }
    sv.partsJson saved parent ps (states.push (stateJson n p.key p.json))
      (positions.push (jsonNats p.positions #[]))

partial def Server.outcome (sv : Server) (parent : State) : Outcome → IO (String × Json)
  | .timeout => sv.outcome parent (.rejected "timeout" "time limit reached")
  | .rejected reason message =>
    return ("rejected", Json.mkObj [("reason", .str reason), ("message", .str message)])
  | .applied saved parts messages => do
    let (states, positions) ← sv.partsJson saved parent parts #[] #[]
    return ("ok", Json.mkObj
      [("states", states), ("positions", positions), ("messages", jsonStrs messages #[])])

/-- Run one tactic within its time.  A time-out before the time is up was meant for the tactic before
(the watch is another thread), so the tactic gets a second chance. -/
def Server.attempt (sv : Server) (job : PendingRun) (tactic : String) : IO Outcome := do
  let run := withDeadline sv.signals job.ms (job.state.run sv.signals job.opts tactic)
  let began ← IO.monoMsNow
  match ← run with
  | .timeout =>
    if (← IO.monoMsNow) < began + job.ms && !(← sv.signals.abort.get) then run else return .timeout
  | outcome => return outcome

/-- Answer for the next tactic of a job. -/
def Server.next (sv : Server) (job : PendingRun) (tactic : String) (rest : List String) : IO Reply := do
  let began ← IO.monoNanosNow
  let result ←
    if ← sv.signals.abort.get then pure .timeout
    else sv.attempt job tactic
  let (kind, value) ← sv.outcome job.state result
  let took := (← IO.monoNanosNow) - began
  let more := match rest with
    | [] => false
    | _ => true
  sv.job.set (if more then some { job with tactics := rest, index := job.index + 1 } else none)
  return { more, json := Json.mkObj [("id", jsonNat job.id), ("index", jsonNat job.index),
    (kind, value), ("ms", jsonMs took)] }

def Server.run (sv : Server) (id state : Nat) (tactics : List String) (ms : Nat) (opts : RunOptions) :
    IO Reply := do
  match (← sv.states.get)[state]?, tactics with
  | some (some state), tactic :: rest =>
    sv.next { id, state, tactics, index := 0, ms, opts } tactic rest
  | some (some _), [] => return { json := errorAnswer id (.request "'tactics' is empty") }
  | _, _ => return { json := errorAnswer id { kind := "state", message := "no such state" } }

/-- Look for a counterexample to the goal of a state. -/
def Server.refute (sv : Server) (state ms : Nat) : IO (Except RequestError Json) := do
  match (← sv.states.get)[state]? with
  | some (some s) =>
    match ← withDeadline sv.signals ms
        (runTerm sv.signals { heartbeats := 0 } s.saved (refuteGoal sv.signals s.saved s.goals)) with
    | .ok (answer, _) => return .ok answer
    | .error e => return .error (.request (← e.toMessageData.toString))
  | _ => return .error { kind := "state", message := "no such state" }

/-! ## Answers -/

def Server.answer (sv : Server) (request : Request) : IO (Except RequestError Json) := do
  match request with
  | .hello => return .ok sv.hello
  | .open source examples => sv.open source examples
  | .start header statement before together number? =>
    sv.withHeader header (fun h => sv.withLimit before (sv.start statement together number? h))
  | .library module => sv.library module
  | .scan source examples => sv.scan source examples
  | .check header source keep tactics ms => sv.check header { source, keep, tactics, ms }
  | .refute state ms => sv.refute state ms
  | .release states => do
    sv.release states
    return .ok (Json.mkObj [])
  | .stats =>
    return .ok (Json.mkObj
      [("states", jsonNat (← sv.live.get)), ("headers", jsonNat (← sv.headers.get).size)])
  | .cancel => do
    sv.signals.abort.set false
    return .ok (Json.mkObj [])
  | .constants names => return .ok (← exportLibrary sv.imported names)
  | .replay exports ms =>
    let results ← replayMany sv.signals ms sv.imported.toKernelEnv exports #[]
    return .ok (Json.mkObj [("replayed", .arr results)])
  | .export header name source ms => sv.withHeader header (sv.export name source ms)
  | .judge header name source exported axioms ms before fill =>
    sv.withHeader header
      (fun h => sv.withLimit before (sv.judge name source exported axioms ms fill h))
  | .run .. | .apply .. => return .error (.request "answered elsewhere")

def Server.request (sv : Server) (line : String) : IO Reply := do
  clearCancel sv.signals.cancelTk
  match Json.parse line with
  | .error e => return { json := errorAnswer 0 (.request s!"not JSON: {e}") }
  | .ok j =>
    match natField j "id" with
    | .error failure => return { json := errorAnswer 0 failure }
    | .ok id =>
      match decode j with
      | .error failure => return { json := errorAnswer id failure }
      | .ok (.run state tactics ms heartbeats trust) =>
        sv.run id state tactics ms { heartbeats, trust }
      | .ok (.apply state tactic ms heartbeats) =>
        return { json := ← sv.apply id state tactic ms { heartbeats } }
      | .ok request =>
        match ← sv.answer request with
        | .ok value => return { json := okAnswer id value }
        | .error failure => return { json := errorAnswer id failure }

/-- Answer a line.  The text begins with `.` when it is the last answer to its request and with `+`
when an empty line will bring another. -/
def Server.handle (sv : Server) (line : String) : IO String := do
  let reply ← match ← sv.job.get with
    | some job =>
      match job.tactics with
      | tactic :: rest => sv.next job tactic rest
      | [] => sv.request line
    | none => sv.request line
  return (if reply.more then "+" else ".") ++ reply.json.compress

partial def toImports : List String → Array Import → Array Import
  | [], acc => acc
  | s :: ss, acc => toImports ss (acc.push { module := s.toName })

/-- Elaborate on this thread, one thing after the other. -/
def serverOptions : Options := KVMap.setBool {} `Elab.async false

/-- `extend` adds to the environment of the imported modules what texts are elaborated with. -/
def Server.new (imports : List String) (extend : Environment → IO Environment) : IO Server := do
  let capture ← CaptureRef.new
  registerCapture capture
  let imported ← importModules (toImports imports #[]) {} (trustLevel := 1024) (loadExts := true)
  return {
    imports
    imported
    base := Command.mkState (← extend imported) {} serverOptions
    signals := ← Signals.new
    capture
    headers := ← IO.mkRef #[]
    states := ← IO.mkRef #[]
    live := ← IO.mkRef 0
    job := ← IO.mkRef none }

end LeanEnv
