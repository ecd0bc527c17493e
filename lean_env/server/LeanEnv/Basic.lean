import Lean.Elab.Tactic.Basic
import Lean.Elab.SyntheticMVars

/-!
# Running the elaborator from the server

Embedded Lean compiles the server's own code before `LeanEnv.LibraryCode` has declared the compiled
functions that its library leaves out.  Hence the style of these files: plain recursion over lists, monads
applied to their contexts by hand, and `@[noinline]` wrappers around what is passed on as a function.
-/

open Lean Meta Elab

namespace LeanEnv

/-- The bell that other threads ring, and the clock they watch.

`cancelTk` stops what Lean is doing; `deadline` is the time (of `IO.monoMsNow`, in milliseconds)
after which somebody else sets it, 0 for none; `abort` asks to skip the rest of the present request.
-/
structure Signals where
  cancelTk : IO.CancelToken
  deadline : IO.Ref Nat
  abort : IO.Ref Bool

def Signals.new : IO Signals :=
  return { cancelTk := ← IO.CancelToken.new, deadline := ← IO.mkRef 0, abort := ← IO.mkRef false }

/-- A cancel token is a reference to a flag, which core Lean only ever raises. -/
unsafe def unsafeClearCancel (tk : IO.CancelToken) : BaseIO Unit :=
  let flag : IO.Ref Bool := unsafeCast tk
  flag.set false

/-- Make `tk` usable again. -/
@[implemented_by unsafeClearCancel]
opaque clearCancel (tk : IO.CancelToken) : BaseIO Unit

/-- Where Lean stands in a proof: the contexts and states of its elaborator. -/
structure ElabState where
  coreCtx : Core.Context
  metaCtx : Meta.Context
  termCtx : Term.Context
  core : Core.State
  meta' : Meta.State
  term : Term.State

structure RunOptions where
  /-- In thousands, as the option `maxHeartbeats`; 0 means none. -/
  heartbeats : Nat := 200000
  /-- Leave out the kernel's check of auxiliary lemmas. -/
  trust : Bool := false

def RunOptions.context (opts : RunOptions) (signals : Signals) (ctx : Core.Context) : IO Core.Context :=
  return { ctx with
    options := if opts.trust then KVMap.setBool ctx.options `debug.skipKernelTC true else ctx.options
    initHeartbeats := ← IO.getNumHeartbeats
    maxHeartbeats := opts.heartbeats * 1000
    cancelTk? := some signals.cancelTk }

/-- Run `x` from `s`; the state afterwards comes back with the value. -/
def runTerm (signals : Signals) (opts : RunOptions) (s : ElabState) (x : TermElabM α) :
    IO (Except Exception (α × ElabState)) := do
  let coreCtx ← opts.context signals s.coreCtx
  let core ← IO.mkRef s.core
  let meta' ← IO.mkRef s.meta'
  let term ← IO.mkRef s.term
  match ← EIO.toBaseIO (x { s.termCtx with errToSorry := false } term s.metaCtx meta' coreCtx core) with
  | .ok a =>
    let after := { s with core := ← core.get, meta' := ← meta'.get, term := ← term.get }
    return .ok (a, after)
  | .error e => return .error e

/-- Run `x` with a time limit of `ms` milliseconds (0: none). -/
def withDeadline (signals : Signals) (ms : Nat) (x : IO α) : IO α := do
  if ms != 0 then
    signals.deadline.set ((← IO.monoMsNow) + ms)
  let a ← x
  signals.deadline.set 0
  clearCancel signals.cancelTk
  return a

def inputContext (text fileName : String) : Parser.InputContext :=
  { inputString := text, fileName, fileMap := text.toFileMap }

@[noinline] def typeOf (e : Expr) : MetaM Expr := inferType e

/-- `e` in weak head normal form. -/
@[noinline] def reduced (e : Expr) : MetaM Expr := whnf e

def memName (n : Name) : List Name → Bool
  | [] => false
  | m :: ms => m == n || memName n ms

partial def firstError : List Message → IO (Option (String × Position))
  | [] => return none
  | m :: ms =>
    match m.severity with
    | .error => return some (← m.data.toString, m.pos)
    | _ => firstError ms

end LeanEnv
