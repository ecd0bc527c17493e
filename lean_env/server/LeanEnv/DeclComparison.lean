import LeanEnv.Axioms

/-!
# Comparing declarations of the trusted and the candidate's environment

The trusted side's statement mentions declarations of the trusted header; the proof comes with its own
declarations of the same names.  They must agree, or the statement says something else there.
-/

open Lean

namespace LeanEnv

/-- Where the constants of a term are looked up. -/
abbrev ConstantLookup := Name → Option ConstantInfo

/-- A term without what means nothing to the kernel: metadata, `have` against `let`, and which of
several theorems with one statement it uses (only of theorems that are not imported). -/
partial def kernelForm (base : TrustedBase) (find : ConstantLookup) (e : Expr) : Expr :=
  e.replace (fun
    | .mdata _ e => some (kernelForm base find e)
    | .letE x t v b true => some (kernelForm base find (.letE x t v b false))
    | .const n levels =>
      if base.has n then none
      else match find n with
        | some (.thmInfo v) =>
          let type := v.type.instantiateLevelParams v.levelParams levels
          some (.app (.const `theorem []) (kernelForm base find type))
        | _ => none
    | _ => none)

structure DeclComparison where
  base : TrustedBase
  /-- The trusted declarations. -/
  trusted : ConstantLookup
  /-- Those that came with the proof. -/
  given : ConstantLookup
  /-- Trusted definitions of which only the type counts: their values are left open. -/
  free : List Name := []

def DeclComparison.sameTerm (s : DeclComparison) (x y : Expr) : Bool :=
  kernelForm s.base s.trusted x == kernelForm s.base s.given y

def DeclComparison.sameSignature (s : DeclComparison) (x y : ConstantVal) : Bool :=
  x.levelParams == y.levelParams && s.sameTerm x.type y.type

def DeclComparison.sameConstructors (s : DeclComparison) : List Name → Bool
  | [] => true
  | n :: ns =>
    match s.trusted n, s.given n with
    | some (.ctorInfo x), some (.ctorInfo y) =>
      s.sameSignature x.toConstantVal y.toConstantVal && s.sameConstructors ns
    | _, _ => false

def DeclComparison.sameDecl (s : DeclComparison) (x y : ConstantInfo) : Bool :=
  s.sameSignature x.toConstantVal y.toConstantVal &&
  match x, y with
  | .defnInfo x, .defnInfo y => s.sameTerm x.value y.value
  | .opaqueInfo x, .opaqueInfo y => s.sameTerm x.value y.value
  | .inductInfo x, .inductInfo y =>
    x.numParams == y.numParams && x.all == y.all && x.ctors == y.ctors && s.sameConstructors x.ctors
  | .ctorInfo x, .ctorInfo y => x.induct == y.induct
  | .recInfo x, .recInfo y => x.all == y.all
  | .axiomInfo _, .axiomInfo _ => true
  | _, _ => false

/-- Of a definition that is left open: is there one of the same type? -/
def DeclComparison.isFilledIn (s : DeclComparison) (x y : ConstantInfo) : Bool :=
  s.sameSignature x.toConstantVal y.toConstantVal &&
  match y with
  | .defnInfo _ => true
  | _ => false

/-- The first of the declarations behind `todo` that differs.  Of a theorem only the statement counts. -/
partial def DeclComparison.firstDifference (s : DeclComparison) : List Name → NameSet → Option Name
  | [], _ => none
  | n :: rest, seen =>
    if seen.contains n || s.base.has n then s.firstDifference rest seen
    else
      let seen := seen.insert n
      match s.trusted n, s.given n with
      | some (.thmInfo x), _ => s.firstDifference (ListLite.append (usedConstants x.type) rest) seen
      | some x, some y =>
        if memName n s.free then
          if s.isFilledIn x y then s.firstDifference (ListLite.append (usedConstants x.type) rest) seen
          else some n
        else if s.sameDecl x y then s.firstDifference (ListLite.append (parts x) rest) seen else some n
      | _, _ => some n

end LeanEnv
