import LeanEnv.Export

/-!
# Declarations in lean4export's format

The public format (NDJSON 3.1) in which other checkers read Lean's declarations: one JSON object a line
for each name, universe level and term, numbered as they come, and for each declaration.  Binder names
are left anonymous and metadata out: they mean nothing to a kernel.

Two exports are made: of constants of the library one by one, where a theorem comes without its proof
and a definition without its value if this process does not have it (`exportLibrary`), and of a
theorem that the kernel has accepted with all that it rests on down to the library (`exportProof`).
-/

open Lean

namespace LeanEnv

structure Rows where
  find? : Name → Option ConstantInfo
  names : Table Name
  levels : Table Level
  terms : Table Expr
  text : IO.Ref String
  /-- Constants that have been written or are being written. -/
  seen : IO.Ref NameSet

def Rows.new (find? : Name → Option ConstantInfo) : IO Rows :=
  return { find?, names := ← Table.new Name #[.null], levels := ← Table.new Level #[.null],
           terms := ← Table.new Expr #[], text := ← IO.mkRef "", seen := ← IO.mkRef {} }

def Rows.write (r : Rows) (row : String) : IO Unit :=
  r.text.modify (fun text => (text ++ row) ++ "\n")

/-- Number a value and write its row, which begins with the number. -/
def Rows.add (r : Rows) (t : Table α) (bucket : Nat) (a : α) (key row : String) : IO Nat := do
  let n ← t.add bucket a #[]
  r.write s!"\{\"{key}\":{n},{row}}"
  return n

def quoted (s : String) : String := (Json.str s).compress

def numbers : List Nat → String
  | [] => ""
  | [n] => toString n
  | n :: ns => s!"{n}," ++ numbers ns

partial def Rows.name (r : Rows) (n : Name) : IO Nat := do
  if n.isAnonymous then return 0
  let bucket := bucketOf n.hash
  match ← r.names.find bucket (sameName n) with
  | some i => return i
  | none =>
    match n with
    | .anonymous => return 0
    | .str p s => do
      let pre ← r.name p
      r.add r.names bucket n "in" s!"\"str\":\{\"pre\":{pre},\"str\":{quoted s}}"
    | .num p i => do
      let pre ← r.name p
      r.add r.names bucket n "in" s!"\"num\":\{\"pre\":{pre},\"i\":{i}}"

partial def Rows.nameList (r : Rows) : List Name → IO (List Nat)
  | [] => return []
  | n :: ns => do return (← r.name n) :: (← r.nameList ns)

partial def Rows.level (r : Rows) (l : Level) : IO Nat := do
  let bucket := bucketOf l.hash
  match ← r.levels.find bucket (sameLevel l) with
  | some i => return i
  | none =>
    match l with
    | .zero => return 0
    | .succ a => do
      let a ← r.level a
      r.add r.levels bucket l "il" s!"\"succ\":{a}"
    | .max a b => do
      let a ← r.level a
      let b ← r.level b
      r.add r.levels bucket l "il" s!"\"max\":[{a},{b}]"
    | .imax a b => do
      let a ← r.level a
      let b ← r.level b
      r.add r.levels bucket l "il" s!"\"imax\":[{a},{b}]"
    | .param n => do
      let n ← r.name n
      r.add r.levels bucket l "il" s!"\"param\":{n}"
    | .mvar _ => r.add r.levels bucket l "il" "\"mvar\":0"  -- no level: refused where it is read

partial def Rows.levelList (r : Rows) : List Level → IO (List Nat)
  | [] => return []
  | l :: ls => do return (← r.level l) :: (← r.levelList ls)

mutual
partial def Rows.term (r : Rows) (e : Expr) : IO Nat := do
  match e with
  | .mdata _ e => r.term e
  | _ =>
    let bucket := bucketOf e.hash
    match ← r.terms.find bucket (sameTerm e) with
    | some i => return i
    | none => do
      let row ← r.termRow e
      r.add r.terms bucket e "ie" row
partial def Rows.termRow (r : Rows) (e : Expr) : IO String := do
  match e with
  | .bvar i => return s!"\"bvar\":{i}"
  | .sort l => return s!"\"sort\":{← r.level l}"
  | .const n ls => do
    let n ← r.name n
    return s!"\"const\":\{\"name\":{n},\"us\":[{numbers (← r.levelList ls)}]}"
  | .app f a => do
    let f ← r.term f
    return s!"\"app\":\{\"fn\":{f},\"arg\":{← r.term a}}"
  | .lam _ t b _ => r.binder "lam" t b
  | .forallE _ t b _ => r.binder "forallE" t b
  | .letE _ t v b nondep => do
    let t ← r.term t
    let v ← r.term v
    let b ← r.term b
    return s!"\"letE\":\{\"name\":0,\"type\":{t},\"value\":{v},\"body\":{b},\"nondep\":{nondep}}"
  | .lit (.natVal n) => return s!"\"natVal\":\"{n}\""
  | .lit (.strVal s) => return s!"\"strVal\":{quoted s}"
  | .proj n i e => do
    let n ← r.name n
    return s!"\"proj\":\{\"typeName\":{n},\"idx\":{i},\"struct\":{← r.term e}}"
  | .mdata .. => return ""
  | .fvar _ | .mvar _ => return "\"fvar\":0"  -- no term by itself: refused where it is read
partial def Rows.binder (r : Rows) (kind : String) (t b : Expr) : IO String := do
  let t ← r.term t
  let b ← r.term b
  return s!"\"{kind}\":\{\"name\":0,\"type\":{t},\"body\":{b},\"binderInfo\":\"default\"}"
end

/-! ## Declarations -/

/-- What all constants have. -/
def Rows.head (r : Rows) (v : ConstantVal) : IO String := do
  let name ← r.name v.name
  let params ← r.nameList v.levelParams
  return s!"\"name\":{name},\"levelParams\":[{numbers params}],\"type\":{← r.term v.type}"

def Rows.value (r : Rows) : Option Expr → IO String
  | none => return ""
  | some e => return s!",\"value\":{← r.term e}"

def Rows.axiomRow (r : Rows) (v : ConstantVal) (isUnsafe : Bool) : IO Unit := do
  let head ← r.head v
  r.write s!"\{\"axiom\":\{{head},\"isUnsafe\":{isUnsafe}}}"

def Rows.theoremRow (r : Rows) (v : ConstantVal) (value? : Option Expr) : IO Unit := do
  let head ← r.head v
  let value ← r.value value?
  r.write s!"\{\"thm\":\{{head}{value},\"all\":[]}}"

def Rows.opaqueRow (r : Rows) (v : ConstantVal) (value? : Option Expr) (isUnsafe : Bool) : IO Unit := do
  let head ← r.head v
  let value ← r.value value?
  r.write s!"\{\"opaque\":\{{head}{value},\"isUnsafe\":{isUnsafe},\"all\":[]}}"

def hintsText : ReducibilityHints → String
  | .opaque => "\"opaque\""
  | .abbrev => "\"abbrev\""
  | .regular height => s!"\{\"regular\":{height.toNat}}"

def safetyText : DefinitionSafety → String
  | .safe => "\"safe\""
  | .unsafe => "\"unsafe\""
  | .partial => "\"partial\""

def Rows.definitionRow (r : Rows) (v : DefinitionVal) : IO Unit := do
  let head ← r.head v.toConstantVal
  let value ← r.value (some v.value)
  r.write s!"\{\"def\":\{{head}{value},\"hints\":{hintsText v.hints},\"safety\":{safetyText v.safety},\"all\":[]}}"

def quotKindText : QuotKind → String
  | .type => "\"type\""
  | .ctor => "\"ctor\""
  | .lift => "\"lift\""
  | .ind => "\"ind\""

def Rows.quotientRow (r : Rows) (v : QuotVal) : IO Unit := do
  let head ← r.head v.toConstantVal
  r.write s!"\{\"quot\":\{{head},\"kind\":{quotKindText v.kind}}}"

def Rows.typeText (r : Rows) (v : InductiveVal) : IO String := do
  let head ← r.head v.toConstantVal
  let ctors ← r.nameList v.ctors
  let all ← r.nameList v.all
  return s!"\{{head},\"numParams\":{v.numParams},\"numIndices\":{v.numIndices},\"all\":[{numbers all}]," ++
    s!"\"ctors\":[{numbers ctors}],\"numNested\":{v.numNested},\"isRec\":{v.isRec}," ++
    s!"\"isUnsafe\":{v.isUnsafe},\"isReflexive\":{v.isReflexive}}"

def Rows.ctorText (r : Rows) (v : ConstructorVal) : IO String := do
  let head ← r.head v.toConstantVal
  let induct ← r.name v.induct
  return s!"\{{head},\"induct\":{induct},\"cidx\":{v.cidx},\"numParams\":{v.numParams}," ++
    s!"\"numFields\":{v.numFields},\"isUnsafe\":{v.isUnsafe}}"

partial def Rows.ruleTexts (r : Rows) : List RecursorRule → IO (List String)
  | [] => return []
  | rule :: rules => do
    let ctor ← r.name rule.ctor
    let rhs ← r.term rule.rhs
    return s!"\{\"ctor\":{ctor},\"nfields\":{rule.nfields},\"rhs\":{rhs}}" :: (← r.ruleTexts rules)

def commaed : List String → String
  | [] => ""
  | [s] => s
  | s :: ss => (s ++ ",") ++ commaed ss

def Rows.recText (r : Rows) (v : RecursorVal) : IO String := do
  let head ← r.head v.toConstantVal
  let all ← r.nameList v.all
  let rules ← r.ruleTexts v.rules
  return s!"\{{head},\"all\":[{numbers all}],\"numParams\":{v.numParams},\"numIndices\":{v.numIndices}," ++
    s!"\"numMotives\":{v.numMotives},\"numMinors\":{v.numMinors},\"rules\":[{commaed rules}]," ++
    s!"\"k\":{v.k},\"isUnsafe\":{v.isUnsafe}}"

/-- The constants of a block that has these types. -/
partial def Rows.ctorNames (r : Rows) : List Name → List Name
  | [] => []
  | n :: ns =>
    match r.find? n with
    | some (.inductInfo v) => ListLite.append v.ctors (r.ctorNames ns)
    | _ => r.ctorNames ns

def recNames : List Name → List Name
  | [] => []
  | n :: ns => .str n "rec" :: recNames ns

def nestedRecNames (first : Name) : Nat → List Name → List Name
  | 0, acc => acc
  | i + 1, acc => nestedRecNames first i (.str first s!"rec_{i + 1}" :: acc)

partial def Rows.typeTexts (r : Rows) : List Name → IO (List String)
  | [] => return []
  | n :: ns => do
    match r.find? n with
    | some (.inductInfo v) => return (← r.typeText v) :: (← r.typeTexts ns)
    | _ => r.typeTexts ns

partial def Rows.ctorTexts (r : Rows) : List Name → IO (List String)
  | [] => return []
  | n :: ns => do
    match r.find? n with
    | some (.ctorInfo v) => return (← r.ctorText v) :: (← r.ctorTexts ns)
    | _ => r.ctorTexts ns

partial def Rows.recTexts (r : Rows) : List Name → IO (List String)
  | [] => return []
  | n :: ns => do
    match r.find? n with
    | some (.recInfo v) => return (← r.recText v) :: (← r.recTexts ns)
    | _ => r.recTexts ns

def recursorNames (v : InductiveVal) : List Name :=
  match v.all with
  | first :: _ => ListLite.append (recNames v.all) (nestedRecNames first v.numNested [])
  | [] => []

/-- The block of an inductive type. -/
def Rows.inductiveRow (r : Rows) (v : InductiveVal) : IO Unit := do
  let types ← r.typeTexts v.all
  let ctors ← r.ctorTexts (r.ctorNames v.all)
  let recs ← r.recTexts (recursorNames v)
  r.write s!"\{\"inductive\":\{\"types\":[{commaed types}],\"ctors\":[{commaed ctors}],\"recs\":[{commaed recs}]}}"

/-- Remember that these are written; false if the first was so already. -/
def Rows.first (r : Rows) (n : Name) : IO Bool := do
  if (← r.seen.get).contains n then return false
  r.seen.modify (fun s => s.insert n)
  return true

/-! ## The library -/

@[noinline] def originalKind (env : Environment) (n : Name) : Option ConstantKind :=
  getOriginalConstKind? env n

mutual
/-- A constant of the library; of an inductive type, constructor or recursor the whole block. -/
partial def Rows.library (r : Rows) (env : Environment) (n : Name) (info : ConstantInfo) : IO Unit := do
  if !(← r.first n) then return
  match info with
  | .thmInfo v => r.theoremRow v.toConstantVal none
  | .opaqueInfo v => r.opaqueRow v.toConstantVal none v.isUnsafe
  | .defnInfo v => r.definitionRow v
  | .quotInfo v => r.quotientRow v
  | .axiomInfo v =>
    match originalKind env n with
    | some .thm => r.theoremRow v.toConstantVal none
    | some .defn | some .opaque => r.opaqueRow v.toConstantVal none v.isUnsafe
    | _ => r.axiomRow v.toConstantVal v.isUnsafe
  | .inductInfo v =>
    match v.all with
    | first :: _ => if n == first || (← r.first first) then r.inductiveRow v
    | [] => return
  | .ctorInfo v => r.libraryNamed env v.induct
  | .recInfo v =>
    match v.all with
    | first :: _ => r.libraryNamed env first
    | [] => return
partial def Rows.libraryNamed (r : Rows) (env : Environment) (n : Name) : IO Unit := do
  match env.find? n with
  | some info => r.library env n info
  | none => return
end

partial def Rows.libraryAll (r : Rows) (env : Environment) (absent : Array Json) :
    List Name → IO (Array Json)
  | [] => return absent
  | n :: ns => do
    match env.find? n with
    | none => r.libraryAll env (absent.push (jsonName n)) ns
    | some info => do
      r.library env n info
      r.libraryAll env absent ns

/-- Constants of the library, each by itself, and which of the names are none. -/
def exportLibrary (env : Environment) (names : List Name) : IO Json := do
  let r ← Rows.new (fun n => env.find? n)
  let absent ← r.libraryAll env #[] names
  return Json.mkObj [("export", .str (← r.text.get)), ("absent", .arr absent)]

/-! ## A theorem and what it rests on -/

partial def Rows.typeConstants (r : Rows) : List Name → List Name → List Name
  | [], acc => acc
  | n :: ns, acc =>
    match r.find? n with
    | some (.inductInfo v) =>
      r.typeConstants (ListLite.append v.ctors ns) (ListLite.append (usedConstants v.type) acc)
    | some (.ctorInfo v) => r.typeConstants ns (ListLite.append (usedConstants v.type) acc)
    | _ => r.typeConstants ns acc

mutual
/-- Write a constant after all that it needs, unless it is imported. -/
partial def Rows.constant (r : Rows) (imported : Name → Bool) (n : Name) : IO Unit := do
  if imported n || !(← r.first n) then return
  match r.find? n with
  | none => return
  | some (.axiomInfo v) => do
    r.needs imported (usedConstants v.type)
    r.axiomRow v.toConstantVal v.isUnsafe
  | some (.thmInfo v) => do
    r.needs imported (usedConstants v.type)
    r.needs imported (usedConstants v.value)
    r.theoremRow v.toConstantVal (some v.value)
  | some (.opaqueInfo v) => do
    r.needs imported (usedConstants v.type)
    r.needs imported (usedConstants v.value)
    r.opaqueRow v.toConstantVal (some v.value) v.isUnsafe
  | some (.defnInfo v) => do
    r.needs imported (usedConstants v.type)
    r.needs imported (usedConstants v.value)
    r.definitionRow v
  | some (.inductInfo v) => do
    r.seen.modify (fun s => insertNames s v.all)
    r.needs imported (r.typeConstants v.all [])
    r.inductiveRow v
  | some (.ctorInfo v) => r.constant imported v.induct
  | some (.recInfo v) => r.needs imported v.all
  | some (.quotInfo v) => r.quotientRow v
partial def Rows.needs (r : Rows) (imported : Name → Bool) : List Name → IO Unit
  | [] => return
  | n :: ns => do
    r.constant imported n
    r.needs imported ns
end

/-- `names` of the kernel's environment `env` and everything that they rest on, down to what `base` has. -/
def exportProof (base env : Kernel.Environment) (names : List Name) : IO String := do
  let r ← Rows.new (fun n => env.find? n)
  r.write "{\"meta\":{\"exporter\":{\"name\":\"qstar\",\"version\":\"1\"},\"format\":{\"version\":\"3.1.0\"}}}"
  r.needs (fun n => (base.find? n).isSome) names
  r.text.get

end LeanEnv
