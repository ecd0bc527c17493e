import LeanEnv.Native

/-!
# The Lean server's entry points

`main` is given what to do and the modules to import.

* `serve`: read requests from standard input until it ends (native Lean).
* `publish`: print where the handler and its signals lie in memory and return control to the host,
  which calls the handler itself (embedded Lean).
-/

open LeanEnv

/-- Print the addresses that the host of embedded Lean needs; it takes over at the clock call. -/
@[noinline] unsafe def publish (handle : String → IO String) (s : Signals) : IO Unit := do
  IO.println s!"@server {(ptrAddrUnsafe handle).toNat} {(ptrAddrUnsafe s.cancelTk).toNat} \
    {(ptrAddrUnsafe s.deadline).toNat} {(ptrAddrUnsafe s.abort).toNat}"
  (← IO.getStdout).flush
  let _ ← IO.monoMsNow

/-- What `lean` does by itself when it starts, and a program that Lake builds does not: say where
modules are found, and let them register what they add to Lean. -/
unsafe def startAsLean : IO Unit := do
  Lean.initSearchPath (← Lean.findSysroot)
  Lean.enableInitializersExecution

public unsafe def main (args : List String) : IO UInt32 := do
  match args with
  | "publish" :: imports =>
    let sv ← Server.new imports
    publish sv.handle sv.signals
    return 0
  | "serve" :: imports =>
    startAsLean
    let sv ← Server.new imports
    serve sv
    return 0
  | _ =>
    IO.eprintln "usage: LeanEnv (serve|publish) MODULE..."
    return 2
