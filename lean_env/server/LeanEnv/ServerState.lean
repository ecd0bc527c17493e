import LeanEnv.Apply
import LeanEnv.Theorems

/-!
# The server's state

The opened headers, the proof states, and the request that is running.
-/

open Lean Meta Elab

namespace LeanEnv

/-- The rest of a `run` of several tactics. -/
structure PendingRun where
  id : Nat
  state : State
  tactics : List String
  index : Nat
  ms : Nat
  opts : RunOptions

structure Server where
  imports : List String
  /-- The imported modules and nothing else: what the gate checks terms over. -/
  imported : Environment
  /-- What texts are elaborated over. -/
  base : Command.State
  signals : Signals
  capture : CaptureRef
  /-- Opened headers, by number. -/
  headers : IO.Ref (Array Header)
  /-- Proof states, by number; `none` once released. -/
  states : IO.Ref (Array (Option State))
  live : IO.Ref Nat
  job : IO.Ref (Option PendingRun)

/-- An answer, and whether more are to come for the same request. -/
structure Reply where
  json : Json
  more : Bool := false

/-- A place to elaborate that is in no file. -/
def Server.blank (sv : Server) : ElabState where
  coreCtx := { fileName := "<library>", fileMap := default }
  metaCtx := {}
  termCtx := {}
  core := { env := sv.imported }
  meta' := {}
  term := {}

def Server.keep (sv : Server) (s : State) : IO Nat := do
  let states ← sv.states.get
  sv.states.set (states.push (some s))
  sv.live.modify (fun n => n + 1)
  return states.size

def stateJson (n : Nat) (key : String) (goals : Json) : Json :=
  Json.mkObj [("id", jsonNat n), ("key", .str key), ("goals", goals)]

def Server.withHeader (sv : Server) (i : Nat) (f : Header → IO (Except RequestError Json)) :
    IO (Except RequestError Json) := do
  match (← sv.headers.get)[i]? with
  | some h => f h
  | none => return .error { kind := "state", message := "no such header" }

/-- With the limit of reach (see `inReach`) for a theorem that the library declares as `before`; with
none when that is empty. -/
def Server.withLimit (sv : Server) (before : String) (f : Option Nat → IO (Except RequestError Json)) :
    IO (Except RequestError Json) := do
  if before.isEmpty then f none
  else match moduleOf sv.imported before.toName with
    | some limit => f (some limit)
    | none => return .error { kind := "statement", message := s!"the library has no '{before}'" }

end LeanEnv
