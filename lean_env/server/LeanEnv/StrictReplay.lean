import Lean.Meta.Check
import LeanEnv.Elaborate
import LeanEnv.Replay

/-!
# What is asked beyond the kernel

Known errors of Lean's kernel let ill-typed inductive types pass, and projections that no structure has
(upstream issues 14576, 14577, 14613).  What a proof declares of these is therefore checked a second time,
by Lean's elaborator: the types of inductive types and of their constructors whole (`Meta.check`), and in
every other term each projection with what it is a projection of.  Names that are declared twice, variables
without a binder, and unsafe or partial declarations do not come so far: `Replay` and the kernel refuse them.
-/

open Lean Meta Elab

namespace LeanEnv

/-- Is a level 0 for all values of its parameters?  `Level.isZero` asks whether it is written so. -/
def isAlwaysZero : Level → Bool
  | .zero => true
  | .max a b => isAlwaysZero a && isAlwaysZero b
  | .imax _ b => isAlwaysZero b
  | _ => false

@[noinline] def isProjection (e : Expr) : Bool := e.isProj

@[noinline] def hasProjection (e : Expr) : Bool := (e.find? isProjection).isSome

/-- Terms that have been looked at, in buckets by their hash. -/
abbrev SeenTerms := IO.Ref (Array (List (Expr × Nat)))

def SeenTerms.insert (seen : SeenTerms) (e : Expr) : IO Bool := do
  let bucket := bucketOf e.hash
  let found := ((← seen.get)[bucket]?).getD []
  if (lookup (sameTerm e) found).isSome then return true
  seen.modify (fun bs => bs.set! bucket ((e, 0) :: found))
  return false

/-- Why the elaborator does not take a declaration that the kernel took. -/
abbrev Objection := Option String

/-- Is `type` a proposition, however its sort is written?  None if it has no sort. -/
def isPropType (type : Expr) : MetaM (Option Bool) := do
  match ← reduced (← typeOf type) with
  | .sort l => return some (isAlwaysZero l)
  | _ => return none

/-- The field `i` of `e`, which is to be a `struct`. -/
def checkProjection (struct : Name) (i : Nat) (e : Expr) : MetaM Objection := do
  let type ← reduced (← typeOf e)
  if !type.getAppFn.isConstOf struct then return some s!"a projection of what is no '{struct.toString}'"
  match ← isPropType type, ← isPropType (← typeOf (.proj struct i e)) with
  | some false, some _ | some true, some true => return none
  | some true, some false => return some s!"a projection of data out of a proof of '{struct.toString}'"
  | _, _ => return some s!"a projection of '{struct.toString}', of which it is open whether it is a proposition"

/-- The first projection in a term, whose variables are those of `lctx`, that is none. -/
partial def checkProjections (seen : SeenTerms) (lctx : LocalContext) (e : Expr) : MetaM Objection := do
  if !hasProjection e then return none
  if ← seen.insert e then return none
  match e with
  | .app f a => checkBoth lctx f lctx a
  | .lam n t b bi => underBinder n t b bi
  | .forallE n t b bi => underBinder n t b bi
  | .letE n t v b _ => do
    let id : FVarId := ⟨← mkFreshId⟩
    match ← checkBoth lctx t lctx v with
    | some objection => return some objection
    | none => checkProjections seen (lctx.mkLetDecl id n t v) (b.instantiate1 (.fvar id))
  | .mdata _ e => checkProjections seen lctx e
  | .proj s i e => do
    match ← checkProjections seen lctx e with
    | some objection => return some objection
    | none => withLocal lctx #[] (checkProjection s i e)
  | _ => return none
where
  checkBoth (l₁ : LocalContext) (e₁ : Expr) (l₂ : LocalContext) (e₂ : Expr) : MetaM Objection := do
    match ← checkProjections seen l₁ e₁ with
    | some objection => return some objection
    | none => checkProjections seen l₂ e₂
  underBinder (n : Name) (t b : Expr) (bi : BinderInfo) : MetaM Objection := do
    let id : FVarId := ⟨← mkFreshId⟩
    checkBoth lctx t (lctx.mkLocalDecl id n t bi) (b.instantiate1 (.fvar id))

/-- The sort in which a family of types ends, if it is written out. -/
def resultSort : Expr → Option Level
  | .forallE _ _ b _ => resultSort b
  | .letE _ _ _ b _ => resultSort b
  | .mdata _ e => resultSort e
  | .sort l => some l
  | _ => none

@[noinline] def checkType (e : Expr) : MetaM Unit := Meta.check e

def checkConstructors : List Constructor → MetaM Unit
  | [] => return
  | c :: cs => do
    checkType c.type
    checkConstructors cs

def checkInductives : List InductiveType → MetaM Objection
  | [] => return none
  | t :: ts => do
    match resultSort t.type with
    | none => return some s!"the sort of '{t.name.toString}' is not written out"
    | some l =>
      if isAlwaysZero l && !l.isZero then
        return some s!"the sort of '{t.name.toString}' is a proposition's, and not written as such"
      checkType t.type
      checkConstructors t.ctors
      checkInductives ts

/-- The terms of a declaration. -/
def termsOf : Declaration → List Expr
  | .thmDecl v => [v.type, v.value]
  | .defnDecl v => [v.type, v.value]
  | .opaqueDecl v => [v.type, v.value]
  | .axiomDecl v => [v.type]
  | .inductDecl _ _ types _ => ofTypes types
  | _ => []
where
  ofTypes : List InductiveType → List Expr
    | [] => []
    | t :: ts => t.type :: ofConstructors t.ctors (ofTypes ts)
  ofConstructors : List Constructor → List Expr → List Expr
    | [], rest => rest
    | c :: cs, rest => c.type :: ofConstructors cs rest

def checkTerms (seen : SeenTerms) : List Expr → MetaM Objection
  | [] => return none
  | e :: es => do
    match ← checkProjections seen {} e with
    | some objection => return some objection
    | none => checkTerms seen es

/-- What the elaborator says against a declaration. -/
def checkDecl (seen : SeenTerms) (decl : Declaration) : MetaM Objection := do
  match ← checkTerms seen (termsOf decl) with
  | some objection => return some objection
  | none =>
    match decl with
    | .inductDecl _ _ types _ => checkInductives types
    | _ => return none

def declHasWork (decl : Declaration) : Bool :=
  match decl with
  | .inductDecl .. => true
  | _ => ListLite.any hasProjection (termsOf decl)

/-- What is known of a replay once the elaborator has looked at it. -/
inductive StrictResult where
  | agreed
  | objected (message : String)
  | limit (message : String)

def checkInElaborator (signals : Signals) (cmd : Command.State) (env : Environment) (decl : Declaration) :
    IO StrictResult := do
  let seen : SeenTerms ← IO.mkRef (emptyBuckets Expr bucketCount #[])
  let refused why := StrictResult.objected s!"the elaborator refuses '{(declName decl).toString}': {why}"
  match ← runTerm signals { heartbeats := 0 } (savedIn { cmd with env }) (checkDecl seen decl) with
  | .ok (none, _) => return .agreed
  | .ok (some objection, _) => return refused objection
  | .error e =>
    if ← signals.cancelTk.isSet then return .limit "the elaborator ran out of time"
    if e.isRuntime then return .limit "a term is too deep for the elaborator"
    return refused "a term in it has no type"

/-- Add declarations that the kernel has checked to what is imported, and check them there. -/
def strictReplay (signals : Signals) (cmd : Command.State) (env : Environment) :
    List Declaration → IO StrictResult
  | [] => return .agreed
  | decl :: decls => do
    match env.addDeclCore 0 decl none (doCheck := false) with
    | .error _ => return .objected s!"the elaborator does not take '{(declName decl).toString}'"
    | .ok env =>
      if !declHasWork decl then strictReplay signals cmd env decls
      else match ← checkInElaborator signals cmd env decl with
        | .agreed => strictReplay signals cmd env decls
        | other => return other

end LeanEnv
