import Lean.Data.Json

/-!
# The wire format

The twin of `lean_env/wire/protocol.py`, which documents it: requests are read here, answers are written
where they arise, with the helpers below.
-/

open Lean

namespace LeanEnv

/-- What the client asks for. -/
inductive Request where
  | hello
  | open (source : String) (examples : Bool)
  | start (header : Nat) (statement before : String) (together : Bool) (number? : Option Nat)
  | library (module : String)
  | scan (source : String) (examples : Bool)
  | check (header : Option Nat) (source : String) (keep tactics : Bool) (ms : Nat)
  | run (state : Nat) (tactics : List String) (ms heartbeats : Nat) (trust : Bool)
  | apply (state : Nat) (tactic : String) (ms heartbeats : Nat)
  | refute (state ms : Nat)
  | release (states : List Nat)
  | stats
  | cancel
  | constants (names : List Name)
  | replay (exports : List Json) (ms : Nat)
  | export (header : Nat) (name : Name) (source : String) (ms : Nat)
  | judge (header : Nat) (name : Name) (source : String) (exported : Json) (axioms : List String)
    (ms : Nat) (before : String) (fill : List Name)

/-- Why a request cannot be carried out; `line` and `column` count from 1, 0 means none. -/
structure RequestError where
  kind : String
  message : String
  line : Nat := 0
  column : Nat := 0
  imports : List String := []

def RequestError.request (message : String) : RequestError := { kind := "request", message }

/-- The field `key` of `j`; `null` where there is none. -/
def field (j : Json) (key : String) : Json :=
  match j.getObjVal? key with
  | .ok v => v
  | .error _ => .null

def natField (j : Json) (key : String) : Except RequestError Nat :=
  match (field j key).getNat? with
  | .ok n => .ok n
  | .error _ => .error (.request s!"'{key}' must be a natural number")

/-- The same where it may be left out or null. -/
def optNatField (j : Json) (key : String) : Except RequestError (Option Nat) :=
  match field j key with
  | .null => .ok none
  | _ => do return some (← natField j key)

def strField (j : Json) (key : String) : Except RequestError String :=
  match field j key with
  | .str s => .ok s
  | _ => .error (.request s!"'{key}' must be a string")

/-- Whether `key` is there and true. -/
def flag (j : Json) (key : String) : Bool :=
  match field j key with
  | .bool b => b
  | _ => false

/-- The same where it may be left out: empty then. -/
def strFieldD (j : Json) (key : String) : String :=
  match field j key with
  | .str s => s
  | _ => ""

/-- The elements of an array of strings. -/
def strList : List Json → Except RequestError (List String)
  | [] => .ok []
  | .str s :: rest => do return s :: (← strList rest)
  | _ => .error (.request "expected an array of strings")

/-- The elements of an array of natural numbers. -/
def natList : List Json → Except RequestError (List Nat)
  | [] => .ok []
  | j :: rest =>
    match j.getNat? with
    | .ok n => do return n :: (← natList rest)
    | .error _ => .error (.request "expected an array of natural numbers")

def listField (j : Json) (key : String) : Except RequestError (List Json) :=
  match field j key with
  | .arr a => .ok a.toList
  | _ => .error (.request s!"'{key}' must be an array")

/-- A name is an array of its components: as text it would not always come back as it was. -/
def nameOf : List Json → Name → Except RequestError Name
  | [], n => .ok n
  | .str s :: rest, n => nameOf rest (.str n s)
  | j :: rest, n =>
    match j.getNat? with
    | .ok i => nameOf rest (.num n i)
    | .error _ => .error (.request "expected the components of a name")

def nameField (j : Json) (key : String) : Except RequestError Name := do
  nameOf (← listField j key) .anonymous

/-- Names, in a field that may be left out. -/
def namesField (j : Json) (key : String) : Except RequestError (List Name) :=
  match field j key with
  | .arr names => namesOf names.toList
  | _ => .ok []
where
  namesOf : List Json → Except RequestError (List Name)
    | [] => .ok []
    | .arr parts :: rest => do return (← nameOf parts.toList .anonymous) :: (← namesOf rest)
    | _ => .error (.request "expected an array of names")

def decode (j : Json) : Except RequestError Request := do
  match ← strField j "op" with
  | "hello" => return .hello
  | "open" => return .open (← strField j "source") (flag j "examples")
  | "start" =>
    return .start (← natField j "header") (← strField j "statement") (strFieldD j "before")
      (flag j "together") (← optNatField j "sorry_index")
  | "library" => return .library (← strField j "module")
  | "scan" => return .scan (← strField j "source") (flag j "examples")
  | "check" =>
    let header ← match field j "header" with
      | .null => pure none
      | _ => do pure (some (← natField j "header"))
    return .check header (← strField j "source") (flag j "keep") (flag j "tactics")
      (← natField j "ms")
  | "run" =>
    let tactics ← strList (← listField j "tactics")
    return .run (← natField j "state") tactics (← natField j "ms") (← natField j "heartbeats")
      (flag j "trust")
  | "apply" =>
    return .apply (← natField j "state") (← strField j "tactic") (← natField j "ms")
      (← natField j "heartbeats")
  | "refute" => return .refute (← natField j "state") (← natField j "ms")
  | "release" => return .release (← natList (← listField j "states"))
  | "stats" => return .stats
  | "cancel" => return .cancel
  | "constants" => return .constants (← namesField j "names")
  | "replay" => return .replay (← listField j "exports") (← natField j "ms")
  | "export" =>
    return .export (← natField j "header") (← nameField j "name") (← strField j "source")
      (← natField j "ms")
  | "judge" =>
    return .judge (← natField j "header") (← nameField j "name") (← strField j "source")
      (field j "export") (← strList (← listField j "axioms")) (← natField j "ms")
      (strFieldD j "before") (← namesField j "fill")
  | op => .error (.request s!"unknown op '{op}'")

/-! ## Answers -/

def jsonNat (n : Nat) : Json := .num (JsonNumber.fromNat n)

def jsonStrs : List String → Array Json → Json
  | [], acc => .arr acc
  | s :: ss, acc => jsonStrs ss (acc.push (.str s))

def jsonNats : List Nat → Array Json → Json
  | [], acc => .arr acc
  | n :: ns, acc => jsonNats ns (acc.push (jsonNat n))

def jsonName (n : Name) : Json := .arr (parts n)
where
  parts : Name → Array Json
    | .anonymous => #[]
    | .str p s => (parts p).push (.str s)
    | .num p i => (parts p).push (jsonNat i)

/-- Milliseconds with three decimals, from nanoseconds. -/
def jsonMs (ns : Nat) : Json := .num { mantissa := Int.ofNat (ns / 1000), exponent := 3 }

def okAnswer (id : Nat) (value : Json) : Json :=
  Json.mkObj [("id", jsonNat id), ("ok", value)]

def errorAnswer (id : Nat) (f : RequestError) : Json :=
  Json.mkObj [("id", jsonNat id), ("error", Json.mkObj
    [("kind", .str f.kind), ("message", .str f.message), ("line", jsonNat f.line),
     ("column", jsonNat f.column), ("imports", jsonStrs f.imports #[])])]

end LeanEnv
