import LeanEnv.Server

/-!
# Serving on standard input and output

With native Lean the server talks to its client itself.  A second thread watches the deadline.
(In embedded Lean both are the host's work.)
-/

namespace LeanEnv

/-- Raise the cancel token whenever the deadline has passed. -/
partial def watch (s : Signals) : IO Unit := do
  let deadline ← s.deadline.get
  if deadline != 0 && deadline < (← IO.monoMsNow) then s.cancelTk.set
  IO.sleep 10
  watch s

partial def answerLine (sv : Server) (out : IO.FS.Stream) (line : String) : IO Unit := do
  let reply ← sv.handle line
  out.putStrLn (Substring.Raw.toString { str := reply, startPos := ⟨1⟩, stopPos := reply.rawEndPos })
  out.flush
  if reply.startsWith "+" then answerLine sv out ""

/-- Answer requests until the input ends. -/
partial def serveLines (sv : Server) (input out : IO.FS.Stream) : IO Unit := do
  let line ← input.getLine
  unless line.isEmpty do
    answerLine sv out line
    serveLines sv input out

/-- What Lean code prints while it is elaborated must not reach the client. -/
def serve (sv : Server) : IO Unit := do
  let input ← IO.getStdin
  let out ← IO.getStdout
  let _ ← IO.setStdout (← IO.getStderr)
  let _ ← IO.asTask (prio := .dedicated) (watch sv.signals)
  serveLines sv input out

end LeanEnv
