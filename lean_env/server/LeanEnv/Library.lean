import LeanEnv.Goal
import Lean.Linter.Deprecated

/-!
# The library as a source of theorems

Which theorems the imported modules declare, module by module.  In embedded Lean they look like axioms
(their proofs are left out), so a theorem here is a constant without value whose type is a proposition.
-/

open Lean Meta Elab

namespace LeanEnv

/-- Why a constant is not offered as a theorem to prove; none if it is. -/
inductive LeftOut where
  | notTheorem | internal | isPrivate | generated | deprecated | isInstance

def LeftOut.text : LeftOut → String
  | .notTheorem => "not a theorem"
  | .internal => "internal"
  | .isPrivate => "private"
  | .generated => "generated"
  | .deprecated => "deprecated"
  | .isInstance => "instance"

/-- Endings of names that Lean generates. -/
def generatedEndings : List String :=
  ["injEq", "inj", "sizeOf_spec", "eq_def", "induct", "induct_unfolding", "fun_cases",
   "fun_cases_unfolding", "mutual_induct", "ext_iff", "noConfusion", "congr_simp", "hcongr"]

def memString (s : String) : List String → Bool
  | [] => false
  | t :: ts => t == s || memString s ts

/-- `eq_1`, `match_3`, `proof_2`, `congr_eq_1`, … -/
def isNumbered (s : String) : Bool :=
  match s.splitOn "_" with
  | ["congr", "eq", number] => number.isNat
  | [word, number] => memString word ["eq", "match", "proof", "splitter", "simp"] && number.isNat
  | _ => false

def isGenerated : Name → Bool
  | .str _ s => memString s generatedEndings || isNumbered s
  | _ => true

@[noinline] def isDeprecated (env : Environment) (n : Name) : Bool := Linter.isDeprecated env n
@[noinline] def isInstanceName (env : Environment) (n : Name) : Bool := isInstanceCore env n

def leftOutByName (env : Environment) (n : Name) : Option LeftOut :=
  if isPrivateName n then some .isPrivate
  else if n.isInternalDetail then some .internal
  else if isGenerated n then some .generated
  else if isDeprecated env n then some .deprecated
  else if isInstanceName env n then some .isInstance
  else none

def realAxioms : List Name :=
  [``propext, ``Classical.choice, ``Quot.sound, ``sorryAx, ``Lean.ofReduceBool, ``Lean.ofReduceNat,
   ``Lean.trustCompiler]

def isRealAxiom (n : Name) : List Name → Bool
  | [] => false
  | m :: ms => m == n || isRealAxiom n ms

/-- The universe parameters and statement of a constant that may be a theorem. -/
def claim? (env : Environment) (n : Name) : Option ConstantVal :=
  match env.find? n with
  | some (.thmInfo v) => some v.toConstantVal
  | some (.axiomInfo v) => if isRealAxiom n realAxioms then none else some v.toConstantVal
  | _ => none

structure Listing where
  theorems : Array Json := #[]
  leftOut : List LeftOut := []

def Listing.without (l : Listing) (why : LeftOut) : Listing := { l with leftOut := why :: l.leftOut }

/-- The key that the state has in which a theorem is posed after an empty header. -/
def statementKey (type : Expr) : String :=
  let goal := Expr.app (.const `goal []) type
  String.ofList (hexDigits 16 (mixHash (hash "") (hash64 (.app (.const `goals []) goal))) [])

def theoremRow (v : ConstantVal) : Json :=
  Json.mkObj [("name", .str v.name.toString), ("key", .str (statementKey v.type)),
    ("levels", jsonStrs (ListLite.map (fun u => u.toString) v.levelParams) #[])]

/-- The theorems among some names. -/
partial def listTheorems (env : Environment) : List Name → Listing → MetaM Listing
  | [], l => return l
  | n :: ns, l => do
    match claim? env n with
    | none => listTheorems env ns (l.without .notTheorem)
    | some v =>
      match leftOutByName env n with
      | some why => listTheorems env ns (l.without why)
      | none =>
        if ← isProposition v.type then
          listTheorems env ns { l with theorems := l.theorems.push (theoremRow v) }
        else listTheorems env ns (l.without .notTheorem)

def countOf (text : String) : List LeftOut → Nat
  | [] => 0
  | w :: ws => (if w.text == text then 1 else 0) + countOf text ws

def leftOutJson (l : List LeftOut) : List LeftOut → List (String × Json) → Json
  | [], acc => Json.mkObj acc
  | w :: ws, acc => leftOutJson l ws ((w.text, jsonNat (countOf w.text l)) :: acc)

def Listing.toJson (l : Listing) : Json :=
  Json.mkObj [("theorems", .arr l.theorems),
    ("left_out", leftOutJson l.leftOut
      [.notTheorem, .internal, .isPrivate, .generated, .deprecated, .isInstance] [])]

/-- The names of the imported modules, in the order in which they depend on each other. -/
def moduleList (env : Environment) : List Name → Array Json → Json
  | [], acc => .arr acc
  | m :: ms, acc => moduleList env ms (acc.push (.str m.toString))

def moduleConstants (env : Environment) (module : Name) : Option (List Name) :=
  match env.getModuleIdx? module with
  | none => none
  | some i =>
    match env.header.moduleData[i.toNat]? with
    | some data => some data.constNames.toList
    | none => none

/-! ## What a proof may use -/

/-- The index of the module that declares `n`. -/
def moduleOf (env : Environment) (n : Name) : Option Nat :=
  match env.getModuleIdxFor? n with
  | some i => some i.toNat
  | none => none

/-- May a proof of a theorem of module `limit` use `n`?  What its own module declares may come after
it, and nothing says in which order: definitions may be used, theorems not. -/
def inReach (env : Environment) (limit : Nat) (n : Name) : Bool :=
  match moduleOf env n with
  | none => true
  | some i => i < limit || (i == limit && (claim? env n).isNone)

@[noinline] def constantsOf (e : Expr) : List Name := e.getUsedConstants.toList

/-- The first constant behind `todo` that is out of reach.  What is not imported is looked through:
`find` says what it is. -/
partial def firstOutOfReach (env : Environment) (find : Name → Option ConstantInfo) (limit : Nat) :
    List Name → NameSet → Option Name
  | [], _ => none
  | n :: ns, seen =>
    if seen.contains n then firstOutOfReach env find limit ns seen
    else if !inReach env limit n then some n
    else
      let seen := seen.insert n
      match moduleOf env n, find n with
      | none, some (.thmInfo v) =>
        firstOutOfReach env find limit (ListLite.append (constantsOf v.value) ns) seen
      | none, some (.defnInfo v) =>
        firstOutOfReach env find limit (ListLite.append (constantsOf v.value) ns) seen
      | _, _ => firstOutOfReach env find limit ns seen

end LeanEnv
