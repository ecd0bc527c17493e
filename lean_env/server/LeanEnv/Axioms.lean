import LeanEnv.Replay

/-!
# What a theorem rests on

A walk over terms, from a theorem to the axioms behind it.  Two things need care.

* Embedded Lean carries its library without proofs and without what is private to a module: there a
  theorem looks like an axiom, so Lean's own record of what it was decides.
* A constant that is left out is still mentioned by others.  Who declares it anew makes them say
  something else, so what is imported must not come to depend on a declaration that is not.
-/

open Lean

namespace LeanEnv

/-- The modules that both sides import: `env` knows what kinds their constants were, the kernel's
environment which there are. -/
structure TrustedBase where
  env : Environment
  kernel : Kernel.Environment

def TrustedBase.of (env : Environment) : TrustedBase := { env, kernel := env.toKernelEnv }

def TrustedBase.has (base : TrustedBase) (n : Name) : Bool := (base.kernel.find? n).isSome

def TrustedBase.isAxiom (base : TrustedBase) (n : Name) : Bool :=
  match getOriginalConstKind? base.env n with
  | some .thm | some .defn | some .opaque => false
  | _ => true

/-- The constants that say what a constant is, to the kernel.  Proofs are not among them, nor is the
value of what cannot be unfolded. -/
def meaning (info : ConstantInfo) : List Name :=
  let value := match info with
    | .defnInfo v => usedConstants v.value
    | .inductInfo v => ListLite.append v.all v.ctors
    | .ctorInfo v => [v.induct]
    | .recInfo v => v.all
    | _ => []
  ListLite.append value (usedConstants info.type)

/-- The constants that a constant is made of. -/
def parts (info : ConstantInfo) : List Name :=
  match info with
  | .thmInfo v => ListLite.append (usedConstants v.value) (meaning info)
  | .opaqueInfo v => ListLite.append (usedConstants v.value) (meaning info)
  | _ => meaning info

/-- What a walk has found so far. -/
structure AxiomDependencies where
  seen : NameSet := {}
  axioms : List Name := []
  /-- An imported constant whose meaning depends on a declaration that is not imported. -/
  altered : Option Name := none

/-- The kernel evaluates these by compiled code, whatever it does. -/
def byCompiler : List Name := [``Lean.reduceBool, ``Lean.reduceNat]

def mentionsCompiler (names : List Name) : Bool :=
  ListLite.any (fun n => memName n names) (``Lean.ofReduceBool :: ``Lean.ofReduceNat :: byCompiler)

/-- What the kernel brings in by itself, for literals. -/
def ofLiterals : List Name := [``Nat.succ, ``String.ofList, ``Char.ofNat]

def declaresAny (base : TrustedBase) (env : Kernel.Environment) : List Name → Bool
  | [] => false
  | n :: ns => (!base.has n && (env.find? n).isSome) || declaresAny base env ns

def TrustedBase.axiomOf (base : TrustedBase) (n : Name) : ConstantInfo → Option Name
  | .axiomInfo _ =>
    if memName n byCompiler then some ``Lean.trustCompiler
    else if base.has n && !base.isAxiom n then none
    else some n
  | _ => none

def AxiomDependencies.visit (g : AxiomDependencies) (base : TrustedBase)
    (env : Kernel.Environment) (n : Name) (info : ConstantInfo) : AxiomDependencies :=
  let g := { g with seen := g.seen.insert n }
  let g := match base.axiomOf n info with
    | some a => if memName a g.axioms then g else { g with axioms := a :: g.axioms }
    | none => g
  if base.has n && declaresAny base env (meaning info) then { g with altered := some n } else g

/-- Everything behind `todo` in `env`, which extends `base`. -/
partial def collectAxioms (base : TrustedBase) (env : Kernel.Environment) :
    List Name → AxiomDependencies → AxiomDependencies
  | [], g => g
  | n :: rest, g =>
    if g.seen.contains n then collectAxioms base env rest g
    else match env.find? n with
      | none => collectAxioms base env rest g
      | some info => collectAxioms base env (ListLite.append (parts info) rest) (g.visit base env n info)

/-- What the theorem `n` of `env` rests on. -/
def axiomDependencies (base : TrustedBase) (env : Kernel.Environment) (n : Name) : AxiomDependencies :=
  let g := collectAxioms base env [n] {}
  let unsaid := collectAxioms base env ofLiterals {}
  if unsaid.altered.isSome then { g with altered := unsaid.altered } else g

end LeanEnv
