import LeanEnv.Replay
import LeanEnv.Rows
import LeanEnv.Basic

/-!
# The kernel's answer to many exports at once

For comparing Lean's kernel with another one: each export is checked by itself over the imported
modules, by the kernel alone.  Nothing is elaborated and no statement compared: this is not the gate.
-/

open Lean

namespace LeanEnv

def namesDeclared : Declaration → List Name
  | .inductDecl _ _ types _ => ListLite.map (fun t => t.name) types
  | d => [declName d]

def namesDeclaredBy : List Declaration → List Name
  | [] => []
  | d :: ds => ListLite.append (namesDeclared d) (namesDeclaredBy ds)

/-- What the kernel says to an export: `error`, empty when it accepts all declarations, which are then
in `rows` (with the recursors that it made), and how long checking took. -/
def replayOne (cancelTk : IO.CancelToken) (base : Kernel.Environment) (exported : Json) : IO Json := do
  match decodeExport exported with
  | .error e => return answer s!"malformed terms: {e}" false "" 0
  | .ok (decls, _) =>
    let began ← IO.monoNanosNow
    let result := replay cancelTk base decls
    match result with
    | .error e =>
      let took := (← IO.monoNanosNow) - began
      return answer e.message e.limit?.isSome "" took
    | .ok env =>
      let took := (← IO.monoNanosNow) - began
      return answer "" false (← exportProof base env (namesDeclaredBy decls)) took
where
  answer (error : String) (undecided : Bool) (rows : String) (ns : Nat) : Json :=
    Json.mkObj [("error", .str error), ("undecided", .bool undecided), ("rows", .str rows),
      ("ms", jsonMs ns)]

/-- Each export within its own time. -/
def replayMany (signals : Signals) (ms : Nat) (base : Kernel.Environment) :
    List Json → Array Json → IO (Array Json)
  | [], acc => return acc
  | exported :: rest, acc => do
    let one ← withDeadline signals ms (replayOne signals.cancelTk base exported)
    replayMany signals ms base rest (acc.push one)

end LeanEnv
