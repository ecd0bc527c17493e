import Lean.Data.Json
open Lean

/-! A server that tries what an untrusted tactic might try: each request names an attempt, and the
answer says how it went. -/

@[noinline] def attempt (x : IO String) : IO String := do
  match ← EIO.toBaseIO x with
  | .ok text => return "done: " ++ text
  | .error e => return "refused: " ++ toString e

def readFile (path : String) : IO String := do
  let text ← IO.FS.readFile path
  return toString text.length

partial def untilCancelled (token : IO.Ref Bool) : IO String := do
  if ← token.get then return "cancelled" else untilCancelled token

partial def forever (r : IO.Ref Nat) : IO String := do
  r.modify (· + 1)
  forever r

partial def fill (r : IO.Ref String) : IO String := do
  r.modify (fun s => s ++ s)
  fill r

partial def deep (n : Nat) : IO Nat := do
  let m ← deep (n + 1)
  return m + n

def tasks : IO String := do
  let one ← IO.asTask (return 1)
  let two ← IO.mapTask (fun _ => return 2) one
  let promise ← IO.Promise.new (α := Nat)
  let three ← IO.asTask (promise.resolve 3)
  let first ← IO.waitAny [promise.result?, promise.result?] (by simp)
  let _ ← IO.wait three
  match (← IO.wait one), (← IO.wait two), first with
  | .ok a, .ok b, some c => return s!"{a} {b} {c}"
  | _, _, _ => throw (IO.userError "a task failed")

def perform (token : IO.Ref Bool) (r : IO.Ref Nat) (what arg : String) : IO String := do
  match what with
  | "echo" => return arg
  | "tasks" => tasks
  | "random" => do
    let bytes ← IO.getRandomBytes 16
    return toString bytes
  | "nap" => do
    IO.sleep 30
    return ""
  | "until cancelled" => untilCancelled token
  | "read" => readFile arg
  | "write" => do
    IO.FS.writeFile arg "x"
    return arg
  | "list" => do
    let entries ← System.FilePath.readDir arg
    return toString entries.size
  | "mkdir" => do
    IO.FS.createDir arg
    return arg
  | "remove" => do
    IO.FS.removeFile arg
    return arg
  | "env" => do
    match ← IO.getEnv arg with
    | some v => return v
    | none => throw (IO.userError "no such variable")
  | "spawn" => do
    let child ← IO.Process.spawn { cmd := arg }
    return toString (← child.wait)
  | "stdin" => do
    let line ← (← IO.getStdin).getLine
    return toString line.length
  | "print" => do
    IO.println arg
    IO.eprintln arg
    (← IO.getStdout).flush
    return ""
  | "exit" => IO.Process.exit 0
  | "panic" => do
    let n : Nat := panic! arg
    return toString n
  | "forever" => forever r
  | "fill" => do
    let s ← IO.mkRef "x"
    fill s
  | "deep" => return toString (← deep 0)
  | _ => throw (IO.userError "unknown attempt")

def answer (token abort : IO.Ref Bool) (r deadline : IO.Ref Nat) (line : String) : IO String := do
  match Json.parse line with
  | .error e => return ".bad request: " ++ e
  | .ok j =>
    let text (key : String) : String := ((j.getObjValAs? String key).toOption).getD ""
    let ms := ((j.getObjValAs? Nat "ms").toOption).getD 0
    if ms > 0 then deadline.set ((← IO.monoMsNow) + ms)
    let result ← attempt (perform token r (text "try") (text "arg"))
    deadline.set 0
    let aborted ← abort.get
    if text "op" == "cancel" then abort.set false
    return "." ++ (Json.mkObj [("id", (j.getObjVal? "id").toOption.getD .null), ("result", result), ("aborted", aborted)]).compress

@[noinline] unsafe def publish (h : String → IO String) (token : IO.Ref Bool) (deadline : IO.Ref Nat)
    (abort : IO.Ref Bool) : IO Unit := do
  IO.println s!"@server {(ptrAddrUnsafe h).toNat} {(ptrAddrUnsafe token).toNat} {(ptrAddrUnsafe deadline).toNat} {(ptrAddrUnsafe abort).toNat}"
  (← IO.getStdout).flush
  let _ ← IO.monoMsNow

public unsafe def main (_ : List String) : IO UInt32 := do
  let token ← IO.mkRef false
  let deadline ← IO.mkRef 0
  let abort ← IO.mkRef false
  let r ← IO.mkRef 0
  publish (answer token abort r deadline) token deadline abort
  return 0
