import LeanEnv.Native

/-!
# The Lean server's entry point in native Lean

`serve MODULE...` imports modules and reads requests from standard input until it ends.
-/

open LeanEnv

/-- What `lean` does by itself when it starts, and a program that Lake builds does not: say where
modules are found, and let them register what they add to Lean. -/
unsafe def startAsLean : IO Unit := do
  Lean.initSearchPath (← Lean.findSysroot)
  Lean.enableInitializersExecution

public unsafe def main (args : List String) : IO UInt32 := do
  match args with
  | "serve" :: imports =>
    startAsLean
    let sv ← Server.new imports pure
    serve sv
    return 0
  | _ =>
    IO.eprintln "usage: LeanEnv serve MODULE..."
    return 2
