import LeanEnv.Export

/-!
# Declarations from data, through the kernel

The reverse of `LeanEnv.Export`.  The data may come from anywhere: whatever is wrong with it shows as
an error here or as the kernel's refusal.
-/

open Lean

namespace LeanEnv

/-- The terms of an export, by number. -/
structure Decoded where
  names : Array Name := #[.anonymous]
  levels : Array Level := #[.zero]
  terms : Array Expr := #[]

/-- A natural number of a row. -/
def jsonToNat : Json → Except String Nat
  | .num { mantissa := .ofNat n, exponent := 0 } => .ok n
  | _ => .error "not a natural number"

def getName (d : Decoded) (j : Json) : Except String Name := do
  match d.names[← jsonToNat j]? with
  | some n => return n
  | none => .error "no such name"

def getLevel (d : Decoded) (j : Json) : Except String Level := do
  match d.levels[← jsonToNat j]? with
  | some l => return l
  | none => .error "no such level"

def getTerm (d : Decoded) (j : Json) : Except String Expr := do
  match d.terms[← jsonToNat j]? with
  | some e => return e
  | none => .error "no such term"

def getLevels (d : Decoded) : List Json → Except String (List Level)
  | [] => .ok []
  | j :: js => do return (← getLevel d j) :: (← getLevels d js)

def getNames (d : Decoded) : List Json → Except String (List Name)
  | [] => .ok []
  | j :: js => do return (← getName d j) :: (← getNames d js)

def getList : Json → Except String (List Json)
  | .arr a => .ok a.toList
  | _ => .error "not an array"

def fieldOf (j : Json) (key : String) : Except String Json := j.getObjVal? key

def decodeName (d : Decoded) : List Json → Except String Name
  | [p, .str s] => do return .str (← getName d p) s
  | [p, n] => do return .num (← getName d p) (← jsonToNat n)
  | _ => .error "not a name"

def decodeLevel (d : Decoded) : List Json → Except String Level
  | [] => .error "not a level"
  | tag :: args => do
    match ← jsonToNat tag, args with
    | 0, [a] => return .succ (← getLevel d a)
    | 1, [a, b] => return .max (← getLevel d a) (← getLevel d b)
    | 2, [a, b] => return .imax (← getLevel d a) (← getLevel d b)
    | 3, [n] => return .param (← getName d n)
    | _, _ => .error "not a level"

/-- Lean ends the process when a bound variable's number does not fit the 20 bits it has for it. -/
def decodeBVar (i : Nat) : Except String Expr :=
  if i < 1048575 then .ok (.bvar i) else .error "a bound variable's number is too big"

def digits : List Char → Nat → Except String Nat
  | [], acc => .ok acc
  | c :: cs, acc => if c.isDigit then digits cs (10 * acc + (c.toNat - 48)) else .error "not a number"

def decodeTerm (d : Decoded) : List Json → Except String Expr
  | [] => .error "not a term"
  | tag :: args => do
    match ← jsonToNat tag, args with
    | 0, [i] => decodeBVar (← jsonToNat i)
    | 1, [l] => return .sort (← getLevel d l)
    | 2, n :: ls => return .const (← getName d n) (← getLevels d ls)
    | 3, [f, a] => return .app (← getTerm d f) (← getTerm d a)
    | 4, [t, b] => return .lam `x (← getTerm d t) (← getTerm d b) .default
    | 5, [t, b] => return .forallE `x (← getTerm d t) (← getTerm d b) .default
    | 6, [t, v, b] => return .letE `x (← getTerm d t) (← getTerm d v) (← getTerm d b) false
    | 7, [.str s] => return .lit (.natVal (← digits s.toList 0))
    | 8, [.str s] => return .lit (.strVal s)
    | 9, [n, i, e] => return .proj (← getName d n) (← jsonToNat i) (← getTerm d e)
    | _, _ => .error "not a term"

def decodeNames : List Json → Decoded → Except String Decoded
  | [], d => .ok d
  | j :: js, d => do
    let n ← decodeName d (← getList j)
    decodeNames js { d with names := d.names.push n }

def decodeLevels : List Json → Decoded → Except String Decoded
  | [], d => .ok d
  | j :: js, d => do
    let l ← decodeLevel d (← getList j)
    decodeLevels js { d with levels := d.levels.push l }

def decodeTerms : List Json → Decoded → Except String Decoded
  | [], d => .ok d
  | j :: js, d => do
    let e ← decodeTerm d (← getList j)
    decodeTerms js { d with terms := d.terms.push e }

/-- The rows of a table after `first` fixed ones. -/
def rowsAfter (first : Nat) (j : Json) (key : String) : Except String (List Json) := do
  match first, ← getList (← fieldOf j key) with
  | 1, _ :: rows => return rows
  | _, rows => return rows

def Decoded.of (j : Json) : Except String Decoded := do
  let d ← decodeNames (← rowsAfter 1 j "names") {}
  let d ← decodeLevels (← rowsAfter 1 j "levels") d
  decodeTerms (← rowsAfter 0 j "terms") d

/-! ## Declarations -/

def decodeConstant (d : Decoded) (j : Json) : Except String ConstantVal := do
  return {
    name := ← getName d (← fieldOf j "name")
    levelParams := ← getNames d (← getList (← fieldOf j "levels"))
    type := ← getTerm d (← fieldOf j "type") }

def decodeConstructors (d : Decoded) : List Json → Except String (List Constructor)
  | [] => .ok []
  | j :: js => do
    let c : Constructor :=
      { name := ← getName d (← fieldOf j "name"), type := ← getTerm d (← fieldOf j "type") }
    return c :: (← decodeConstructors d js)

def decodeInductives (d : Decoded) : List Json → Except String (List InductiveType)
  | [] => .ok []
  | j :: js => do
    let t : InductiveType := {
      name := ← getName d (← fieldOf j "name")
      type := ← getTerm d (← fieldOf j "type")
      ctors := ← decodeConstructors d (← getList (← fieldOf j "ctors")) }
    return t :: (← decodeInductives d js)

def decodeValue (d : Decoded) (j : Json) : Except String Expr := do getTerm d (← fieldOf j "value")

def decodeDecl (d : Decoded) (j : Json) : Except String Declaration := do
  match ← fieldOf j "kind" with
  | .str "inductive" => do
    let levels ← getNames d (← getList (← fieldOf j "levels"))
    let params ← jsonToNat (← fieldOf j "params")
    return .inductDecl levels params (← decodeInductives d (← getList (← fieldOf j "types"))) false
  | .str kind => do
    let v ← decodeConstant d j
    match kind with
    | "axiom" => return .axiomDecl { v with isUnsafe := false }
    | "theorem" => return .thmDecl { v with value := ← decodeValue d j }
    | "opaque" => return .opaqueDecl { v with value := ← decodeValue d j, isUnsafe := false }
    | "def" => do
      let hints := match ← jsonToNat (← fieldOf j "hint") with
        | 0 => .opaque
        | 1 => .abbrev
        | n + 2 => .regular n.toUInt32
      return .defnDecl { v with value := ← decodeValue d j, hints, safety := .safe }
    | _ => .error s!"unknown kind of declaration '{kind}'"
  | _ => .error "a declaration without kind"

def decodeDecls (d : Decoded) : List Json → Except String (List Declaration)
  | [] => .ok []
  | j :: js => do
    let decl ← decodeDecl d j
    return decl :: (← decodeDecls d js)

/-- The declarations of an export, and the names in it. -/
def decodeExport (j : Json) : Except String (List Declaration × List Name) := do
  let d ← Decoded.of j
  return (← decodeDecls d (← getList (← fieldOf j "decls")), d.names.toList)

/-- Why the kernel did not take a declaration. -/
structure ReplayError where
  error : Kernel.Exception
  decl : Name

/-- The kernel came to a limit: that says nothing about the declaration. -/
def ReplayError.limit? (f : ReplayError) : Option String :=
  match f.error with
  | .interrupted => some "the kernel ran out of time"
  | .deterministicTimeout => some "the kernel ran out of heartbeats"
  | .excessiveMemory => some "the kernel ran out of memory"
  | .deepRecursion => some "a term is too deep for the kernel"
  | _ => none

/-- Terms are not printed: whoever made them may have made them endless to print. -/
def ReplayError.message (f : ReplayError) : String :=
  let what := match f.error with
    | .unknownConstant _ n => s!"unknown constant '{n.toString}'"
    | .alreadyDeclared _ n => s!"'{n.toString}' is declared already"
    | .declTypeMismatch .. => "its value is not of its type"
    | .declHasMVars .. => "metavariables in a term"
    | .declHasFVars .. => "free variables in a term"
    | .funExpected .. => "a function is expected"
    | .typeExpected .. => "a type is expected"
    | .letTypeMismatch .. => "the value of a `let` is not of its type"
    | .exprTypeMismatch .. => "a term is not of its type"
    | .appTypeMismatch .. => "an argument is not of the type that the function takes"
    | .invalidProj .. => "an invalid projection"
    | .thmTypeIsNotProp .. => "a theorem must state a proposition"
    | .other message => message
    | _ => "a limit was reached"
  s!"the kernel refuses '{f.decl.toString}': {what}"

/-- Time is what limits the kernel, not heartbeats. -/
def kernelOptions : Options := KVMap.setNat {} `maxHeartbeats 0

def declName : Declaration → Name
  | .axiomDecl v => v.name
  | .defnDecl v => v.name
  | .thmDecl v => v.name
  | .opaqueDecl v => v.name
  | .inductDecl _ _ (type :: _) _ => type.name
  | _ => .anonymous

/-- Let the kernel check a declaration and add it. -/
def check (cancelTk : IO.CancelToken) (env : Kernel.Environment) (decl : Declaration) :
    Except ReplayError Kernel.Environment :=
  match env.addDecl kernelOptions decl (some cancelTk) with
  | .ok env => .ok env
  | .error error => .error { error, decl := declName decl }

/-- Check declarations, one after the other. -/
def replay (cancelTk : IO.CancelToken) (env : Kernel.Environment) :
    List Declaration → Except ReplayError Kernel.Environment
  | [] => .ok env
  | decl :: decls =>
    match check cancelTk env decl with
    | .ok env => replay cancelTk env decls
    | .error e => .error e

end LeanEnv
