import LeanEnv.LibraryCode

/-!
# The entry point in embedded Lean

`main` imports modules, prints where the handler and its signals lie in memory, and returns control to
the host, which calls the handler itself.
-/

open LeanEnv

/-- Print the addresses that the host of embedded Lean needs; it takes over at the clock call. -/
@[noinline] unsafe def publish (handle : String → IO String) (s : Signals) : IO Unit := do
  IO.println s!"@server {(ptrAddrUnsafe handle).toNat} {(ptrAddrUnsafe s.cancelTk).toNat} \
    {(ptrAddrUnsafe s.deadline).toNat} {(ptrAddrUnsafe s.abort).toNat}"
  (← IO.getStdout).flush
  let _ ← IO.monoMsNow

/-- The first argument is the host's list of what the library has compiled, the others are modules. -/
public unsafe def main (args : List String) : IO UInt32 := do
  match args with
  | list :: imports =>
    let sv ← Server.new imports (withLibraryCode list)
    publish sv.handle sv.signals
    return 0
  | [] =>
    IO.eprintln "usage: LeanEnv.Embedded LIST MODULE..."
    return 2
