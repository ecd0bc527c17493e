import LeanEnv.Basic
import LeanEnv.Protocol
import LeanEnv.ListLite

/-!
# Declarations as data

A theorem with everything that it rests on, down to what imported modules declare, as JSON: tables of
names, universe levels and terms, in which an entry refers to earlier entries by number, and the
declarations in an order in which a kernel can check them.  Names of bound variables, binder kinds
and metadata mean nothing to the kernel and are left out.

* name: `[parent, "string" or number]`; number 0 is the anonymous name
* level: `[0, l]` successor, `[1, a, b]` max, `[2, a, b]` imax, `[3, name]` parameter; number 0 is zero
* term: `[0, i]` bound variable, `[1, level]` sort, `[2, name, levels…]` constant, `[3, f, a]`
  application, `[4, t, b]` function, `[5, t, b]` function type, `[6, t, v, b]` let, `[7, "digits"]` and
  `[8, "string"]` literals, `[9, name, i, e]` projection
-/

open Lean

namespace LeanEnv

/-- Numbers given to values, by their hash. -/
structure Table (α : Type) where
  buckets : IO.Ref (Array (List (α × Nat)))
  rows : IO.Ref (Array Json)

def bucketCount : Nat := 16384

def emptyBuckets (α : Type) : Nat → Array (List (α × Nat)) → Array (List (α × Nat))
  | 0, acc => acc
  | n + 1, acc => emptyBuckets α n (acc.push [])

def Table.new (α : Type) (first : Array Json) : IO (Table α) :=
  return { buckets := ← IO.mkRef (emptyBuckets α bucketCount #[]), rows := ← IO.mkRef first }

structure Exporter where
  names : Table Name
  levels : Table Level
  terms : Table Expr
  decls : IO.Ref (Array Json)
  /-- Constants that have been exported or are being exported. -/
  seen : IO.Ref NameSet

def Exporter.new : IO Exporter :=
  return { names := ← Table.new Name #[.null], levels := ← Table.new Level #[.null],
           terms := ← Table.new Expr #[], decls := ← IO.mkRef #[], seen := ← IO.mkRef {} }

def bucketOf (h : UInt64) : Nat := (h % 16384).toNat

@[specialize] def lookup (same : α → Bool) : List (α × Nat) → Option Nat
  | [] => none
  | (a, n) :: rest => if same a then some n else lookup same rest

def Table.add (t : Table α) (bucket : Nat) (a : α) (row : Array Json) : IO Nat := do
  let rows ← t.rows.get
  let n := rows.size
  t.rows.modify (fun rows => rows.push (.arr row))
  t.buckets.modify (fun bs =>
    match bs[bucket]? with
    | some b => bs.set! bucket ((a, n) :: b)
    | none => bs)
  return n

def Table.find (t : Table α) (bucket : Nat) (same : α → Bool) : IO (Option Nat) := do
  match (← t.buckets.get)[bucket]? with
  | some b => return lookup same b
  | none => return none

@[noinline] def sameName (a b : Name) : Bool := a == b
@[noinline] def sameLevel (a b : Level) : Bool := a == b
@[noinline] def sameTerm (a b : Expr) : Bool := a == b

partial def Exporter.name (ex : Exporter) (n : Name) : IO Nat := do
  if n.isAnonymous then return 0
  let bucket := bucketOf n.hash
  match ← ex.names.find bucket (sameName n) with
  | some i => return i
  | none =>
    match n with
    | .anonymous => return 0
    | .str p s => ex.names.add bucket n #[jsonNat (← ex.name p), .str s]
    | .num p i => ex.names.add bucket n #[jsonNat (← ex.name p), jsonNat i]

partial def Exporter.level (ex : Exporter) (l : Level) : IO Nat := do
  let bucket := bucketOf l.hash
  match ← ex.levels.find bucket (sameLevel l) with
  | some i => return i
  | none =>
    match l with
    | .zero => return 0
    | .mvar _ => ex.levels.add bucket l #[]
    | .succ a => ex.levels.add bucket l #[jsonNat 0, jsonNat (← ex.level a)]
    | .max a b => ex.levels.add bucket l #[jsonNat 1, jsonNat (← ex.level a), jsonNat (← ex.level b)]
    | .imax a b => ex.levels.add bucket l #[jsonNat 2, jsonNat (← ex.level a), jsonNat (← ex.level b)]
    | .param n => ex.levels.add bucket l #[jsonNat 3, jsonNat (← ex.name n)]

partial def Exporter.levelRow (ex : Exporter) : List Level → Array Json → IO (Array Json)
  | [], acc => return acc
  | l :: ls, acc => do ex.levelRow ls (acc.push (jsonNat (← ex.level l)))

mutual
partial def Exporter.term (ex : Exporter) (e : Expr) : IO Nat := do
  match e with
  | .mdata _ e => ex.term e
  | _ =>
    let bucket := bucketOf e.hash
    match ← ex.terms.find bucket (sameTerm e) with
    | some i => return i
    | none => ex.terms.add bucket e (← ex.termRow e)
partial def Exporter.termRow (ex : Exporter) (e : Expr) : IO (Array Json) := do
  match e with
  | .bvar i => return #[jsonNat 0, jsonNat i]
  | .sort l => return #[jsonNat 1, jsonNat (← ex.level l)]
  | .const n ls => ex.levelRow ls #[jsonNat 2, jsonNat (← ex.name n)]
  | .app f a => return #[jsonNat 3, jsonNat (← ex.term f), jsonNat (← ex.term a)]
  | .lam _ t b _ => return #[jsonNat 4, jsonNat (← ex.term t), jsonNat (← ex.term b)]
  | .forallE _ t b _ => return #[jsonNat 5, jsonNat (← ex.term t), jsonNat (← ex.term b)]
  | .letE _ t v b _ =>
    return #[jsonNat 6, jsonNat (← ex.term t), jsonNat (← ex.term v), jsonNat (← ex.term b)]
  | .lit (.natVal n) => return #[jsonNat 7, .str (Nat.repr n)]
  | .lit (.strVal s) => return #[jsonNat 8, .str s]
  | .proj n i e => return #[jsonNat 9, jsonNat (← ex.name n), jsonNat i, jsonNat (← ex.term e)]
  | .mdata .. | .fvar _ | .mvar _ => return #[]  -- no term by itself: refused where it is read
end

/-! ## Declarations -/

@[noinline] def usedConstants (e : Expr) : List Name := e.getUsedConstants.toList

partial def Exporter.nameRow (ex : Exporter) : List Name → Array Json → IO Json
  | [], acc => return .arr acc
  | n :: ns, acc => do ex.nameRow ns (acc.push (jsonNat (← ex.name n)))

/-- What all declarations have: kind, name, universe parameters, type. -/
def Exporter.common (ex : Exporter) (kind : String) (v : ConstantVal) : IO (List (String × Json)) :=
  return [("kind", .str kind), ("name", jsonNat (← ex.name v.name)),
    ("levels", ← ex.nameRow v.levelParams #[]), ("type", jsonNat (← ex.term v.type))]

def Exporter.emit (ex : Exporter) (fields : List (String × Json)) : IO Unit :=
  ex.decls.modify (fun ds => ds.push (Json.mkObj fields))

/-- When the kernel unfolds a definition: never first (0), at once (1), by height (2 and up). -/
def hintNat : ReducibilityHints → Nat
  | .opaque => 0
  | .abbrev => 1
  | .regular height => height.toNat + 2

def Exporter.valued (ex : Exporter) (kind : String) (v : ConstantVal) (value : Expr) (hint : Nat) :
    IO Unit := do
  let common ← ex.common kind v
  ex.emit (("value", jsonNat (← ex.term value)) :: ("hint", jsonNat hint) :: common)

/-- A name with its type. -/
def Exporter.typed (ex : Exporter) (n : Name) (type : Expr) : IO (List (String × Json)) :=
  return [("name", jsonNat (← ex.name n)), ("type", jsonNat (← ex.term type))]

partial def Exporter.constructors (ex : Exporter) (env : Environment) : List Name → Array Json → IO Json
  | [], acc => return .arr acc
  | n :: ns, acc => do
    match env.find? n with
    | some (.ctorInfo v) => ex.constructors env ns (acc.push (Json.mkObj (← ex.typed n v.type)))
    | _ => ex.constructors env ns acc

partial def Exporter.inductives (ex : Exporter) (env : Environment) : List Name → Array Json → IO Json
  | [], acc => return .arr acc
  | n :: ns, acc => do
    match env.find? n with
    | some (.inductInfo v) =>
      let ctors ← ex.constructors env v.ctors #[]
      let row := Json.mkObj (("ctors", ctors) :: (← ex.typed n v.type))
      ex.inductives env ns (acc.push row)
    | _ => ex.inductives env ns acc

partial def typesOf (env : Environment) : List Name → List Name → List Name
  | [], acc => acc
  | n :: ns, acc =>
    match env.find? n with
    | some (.inductInfo v) =>
      typesOf env (ListLite.append v.ctors ns) (ListLite.append (usedConstants v.type) acc)
    | some (.ctorInfo v) => typesOf env ns (ListLite.append (usedConstants v.type) acc)
    | _ => typesOf env ns acc

mutual
/-- Export a constant after all that it needs. -/
partial def Exporter.constant (ex : Exporter) (env : Environment) (n : Name) : IO Unit := do
  if (← ex.seen.get).contains n || (env.getModuleIdxFor? n).isSome then return
  ex.seen.modify (fun s => s.insert n)
  match env.find? n with
  | none => return
  | some (.axiomInfo v) => do
    ex.needs env (usedConstants v.type)
    ex.emit (← ex.common "axiom" v.toConstantVal)
  | some (.thmInfo v) => ex.withValue env "theorem" v.toConstantVal v.value
  | some (.opaqueInfo v) => ex.withValue env "opaque" v.toConstantVal v.value
  | some (.defnInfo v) => ex.withValue env "def" v.toConstantVal v.value (hintNat v.hints)
  | some (.inductInfo v) => do
    ex.seen.modify (fun s => insertNames s v.all)
    ex.needs env (typesOf env v.all [])
    let types ← ex.inductives env v.all #[]
    ex.emit [("kind", .str "inductive"), ("levels", ← ex.nameRow v.levelParams #[]),
      ("params", jsonNat v.numParams), ("types", types)]
  | some (.ctorInfo v) => ex.constant env v.induct
  | some (.recInfo v) => ex.needs env v.all
  | some (.quotInfo _) => return
partial def Exporter.withValue (ex : Exporter) (env : Environment) (kind : String) (v : ConstantVal)
    (value : Expr) (hint : Nat := 0) : IO Unit := do
  ex.needs env (usedConstants v.type)
  ex.needs env (usedConstants value)
  ex.valued kind v value hint
partial def Exporter.needs (ex : Exporter) (env : Environment) : List Name → IO Unit
  | [] => return
  | n :: ns => do
    ex.constant env n
    ex.needs env ns
partial def insertNames (s : NameSet) : List Name → NameSet
  | [] => s
  | n :: ns => insertNames (s.insert n) ns
end

/-- `names` and everything that they rest on. -/
def exportConstants (env : Environment) (names : List Name) : IO Json := do
  let ex ← Exporter.new
  ex.needs env names
  return Json.mkObj [("names", .arr (← ex.names.rows.get)), ("levels", .arr (← ex.levels.rows.get)),
    ("terms", .arr (← ex.terms.rows.get)), ("decls", .arr (← ex.decls.get))]

end LeanEnv
