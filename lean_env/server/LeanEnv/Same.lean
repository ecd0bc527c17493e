import LeanEnv.Axioms

/-!
# Is a declaration the same here and there?

The trusted side's statement mentions declarations of the trusted header; the proof comes with its own
declarations of the same names.  They must agree, or the statement says something else there.
-/

open Lean

namespace LeanEnv

/-- Where the constants of a term are looked up. -/
abbrev Find := Name → Option ConstantInfo

/-- A term without what means nothing to the kernel: metadata, `have` against `let`, and which of
several theorems with one statement it uses (only of theorems that are not imported). -/
partial def plain (base : Base) (find : Find) (e : Expr) : Expr :=
  e.replace (fun
    | .mdata _ e => some (plain base find e)
    | .letE x t v b true => some (plain base find (.letE x t v b false))
    | .const n levels =>
      if base.has n then none
      else match find n with
        | some (.thmInfo v) =>
          let type := v.type.instantiateLevelParams v.levelParams levels
          some (.app (.const `theorem []) (plain base find type))
        | _ => none
    | _ => none)

structure Sides where
  base : Base
  /-- The trusted declarations. -/
  trusted : Find
  /-- Those that came with the proof. -/
  given : Find

def Sides.sameTerm (s : Sides) (x y : Expr) : Bool :=
  plain s.base s.trusted x == plain s.base s.given y

def Sides.sameSignature (s : Sides) (x y : ConstantVal) : Bool :=
  x.levelParams == y.levelParams && s.sameTerm x.type y.type

def Sides.sameConstructors (s : Sides) : List Name → Bool
  | [] => true
  | n :: ns =>
    match s.trusted n, s.given n with
    | some (.ctorInfo x), some (.ctorInfo y) =>
      s.sameSignature x.toConstantVal y.toConstantVal && s.sameConstructors ns
    | _, _ => false

def Sides.same (s : Sides) (x y : ConstantInfo) : Bool :=
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

/-- The first of the declarations behind `todo` that differs.  Of a theorem only the statement counts. -/
partial def Sides.firstChange (s : Sides) : List Name → NameSet → Option Name
  | [], _ => none
  | n :: rest, seen =>
    if seen.contains n || s.base.has n then s.firstChange rest seen
    else
      let seen := seen.insert n
      match s.trusted n, s.given n with
      | some (.thmInfo x), _ => s.firstChange (List.append (usedConstants x.type) rest) seen
      | some x, some y =>
        if s.same x y then s.firstChange (List.append (parts x) rest) seen else some n
      | _, _ => some n

end LeanEnv
