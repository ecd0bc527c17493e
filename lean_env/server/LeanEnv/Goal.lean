import LeanEnv.Basic
import LeanEnv.ListLite
import LeanEnv.Protocol
import Lean.Meta.PPGoal
import Lean.Meta.AbstractMVars
import Lean.Meta.CollectMVars

/-!
# Goals as data

What a goal says (for people and models), what identifies it (a key), and which goals belong together
(those that share metavariables).
-/

open Lean Meta Elab

namespace LeanEnv

mutual
/-- The elements of `n` in order, in front of `acc`. -/
partial def nodeElems (n : PersistentArrayNode α) (acc : List α) : List α :=
  match n with
  | .leaf a => ListLite.append a.toList acc
  | .node a => nodesElems a.toList acc
partial def nodesElems (ns : List (PersistentArrayNode α)) (acc : List α) : List α :=
  match ns with
  | [] => acc
  | n :: rest => nodeElems n (nodesElems rest acc)
end

def elems (a : PersistentArray α) : List α := nodeElems a.root a.tail.toList

@[noinline] def instantiate (e : Expr) : MetaM Expr := instantiateMVars e

/-- A local declaration with its metavariables filled in.  What `have` introduced carries its proof as
a value that nothing may look at: it is shown, and known, as a plain hypothesis. -/
def instantiateDecl : LocalDecl → MetaM LocalDecl
  | .cdecl i id n t bi k => return .cdecl i id n (← instantiate t) bi k
  | .ldecl i id n t _ true k => return .cdecl i id n (← instantiate t) .default k
  | .ldecl i id n t v false k => return .ldecl i id n (← instantiate t) (← instantiate v) false k

/-- A goal in its final form: no assigned metavariable is left in it. -/
structure GoalView where
  mvarId : MVarId
  tag : Name
  lctx : LocalContext
  insts : LocalInstances
  /-- Without auxiliary declarations and implementation details. -/
  decls : List LocalDecl
  target : Expr

partial def instantiateDecls : List (Option LocalDecl) → LocalContext → List LocalDecl →
    MetaM (LocalContext × List LocalDecl)
  | [], lctx, shown => return (lctx, ListLite.reverse shown)
  | none :: ds, lctx, shown => instantiateDecls ds lctx shown
  | some d :: ds, lctx, shown => do
    let d ← instantiateDecl d
    instantiateDecls ds (lctx.addDecl d) (if d.isImplementationDetail then shown else d :: shown)

def GoalView.of (g : MVarId) : MetaM GoalView := do
  let decl ← g.getDecl
  let (lctx, decls) ← instantiateDecls (elems decl.lctx.decls) {} []
  return { mvarId := g, tag := decl.userName, lctx, insts := decl.localInstances, decls,
           target := ← instantiate decl.type }

/-! ## Identity -/

def declFVars : List LocalDecl → Array Expr → Array Expr
  | [], acc => acc
  | d :: ds, acc => declFVars ds (acc.push (.fvar d.fvarId))

/-- The goal as one term: its target, marked as such, under binders for its local context. -/
def GoalView.closed (v : GoalView) : Expr :=
  v.lctx.mkForall (declFVars v.decls #[]) (.app (.const `goal []) v.target) (usedLetOnly := false)

/-- Give every leaf of a term another hash. -/
@[noinline] def saltLeaf : Expr → Option Expr
  | .const n us => some (.const (.str n "_") us)
  | .lit (.natVal n) => some (.lit (.natVal (n + 1)))
  | .lit (.strVal s) => some (.lit (.strVal (s ++ "_")))
  | .sort u => some (.app (.sort u) (.sort u))
  | _ => none

/-- Terms carry a hash of 32 bits that ignores the names of bound variables.  The hash of the term
with other leaves is nearly independent of it: 64 bits together. -/
def hash64 (e : Expr) : UInt64 :=
  (e.hash <<< 32) ^^^ (e.replace saltLeaf).hash

partial def conjunction : List GoalView → Expr → Expr
  | [], acc => acc
  | v :: vs, acc => conjunction vs (.app acc v.closed)

partial def hexDigits : Nat → UInt64 → List Char → List Char
  | 0, _, acc => acc
  | n + 1, x, acc => hexDigits n (x >>> 4) (Nat.digitChar (x &&& 15).toNat :: acc)

/-- The key of a proof state: a hash of its goals, in order, up to the names of bound variables,
local variables and metavariables, mixed with `salt`, which stands for the header. -/
def stateKey (salt : UInt64) (views : List GoalView) : MetaM String := do
  let e := conjunction views (.const `goals [])
  let e ← if e.hasMVar then pure (← abstractMVars e).expr else pure e
  return String.ofList (hexDigits 16 (mixHash salt (hash64 e)) [])

/-! ## Which goals belong together -/

def overlaps (as : List MVarId) : List MVarId → Bool
  | [] => false
  | b :: bs => ListLite.any (fun a => a == b) as || overlaps as bs

/-- Goals that share unassigned metavariables: their positions, views and those metavariables. -/
structure Cluster where
  members : List (Nat × GoalView)
  mvars : List MVarId

/-- Put `c` to the clusters, merging those that it touches. -/
def addCluster (c : Cluster) : List Cluster → List Cluster
  | [] => [c]
  | d :: ds =>
    if overlaps c.mvars d.mvars then
      addCluster { members := ListLite.append d.members c.members, mvars := ListLite.append d.mvars c.mvars } ds
    else d :: addCluster c ds

partial def clusters : List (Nat × GoalView) → List Cluster → MetaM (List Cluster)
  | [], acc => return acc
  | (i, v) :: rest, acc => do
    let e := v.closed
    let mvars ← if e.hasExprMVar then getMVars e else pure #[]
    clusters rest (addCluster { members := [(i, v)], mvars := v.mvarId :: mvars.toList } acc)

def insertMember (m : Nat × GoalView) : List (Nat × GoalView) → List (Nat × GoalView)
  | [] => [m]
  | n :: ns => if m.1 < n.1 then m :: n :: ns else n :: insertMember m ns

def sortMembers : List (Nat × GoalView) → List (Nat × GoalView)
  | [] => []
  | m :: ms => insertMember m (sortMembers ms)

@[noinline] def isProposition (e : Expr) : MetaM Bool := isProp e

/-! ## Text -/

def withLocal (lctx : LocalContext) (insts : LocalInstances) (x : MetaM α) : MetaM α :=
  fun ctx => x { ctx with lctx, localInstances := insts }

def ppString (e : Expr) : MetaM String := return (← ppExpr e).pretty

/-- One entry of a local context; `shown` is its name as printed. -/
def hypJson (d : LocalDecl) (shown : Name) : MetaM Json := do
  let fields := [("n", Json.str (shown.toString (escape := true))), ("t", Json.str (← ppString d.type))]
  let fields ← match d with
    | .ldecl _ _ _ _ v .. => pure (("v", Json.str (← ppString v)) :: fields)
    | _ => pure fields
  let fields := if ← isProp d.type then ("p", .bool true) :: fields else fields
  let fields := if d.binderInfo.isInstImplicit then ("i", .bool true) :: fields else fields
  let fields := if shown == d.userName then fields else ("x", .bool true) :: fields
  return Json.mkObj fields

partial def hypsJson (names : LocalContext) : List LocalDecl → Array Json → MetaM (Array Json)
  | [], acc => return acc
  | d :: ds, acc => do
    let shown := match names.find? d.fvarId with
      | some d' => d'.userName
      | none => d.userName
    hypsJson names ds (acc.push (← hypJson d shown))

/-- The goal as structured hypotheses and target. -/
def GoalView.toJson (v : GoalView) : MetaM Json := do
  let names := (v.lctx.sanitizeNames { options := ← getOptions }).1
  withLocal names v.insts do
    let hyps ← hypsJson names v.decls #[]
    return Json.mkObj [("case", .str (if v.tag.isAnonymous then "" else v.tag.eraseMacroScopes.toString)),
      ("hyps", .arr hyps), ("target", .str (← ppString v.target))]

partial def viewsJson : List GoalView → Array Json → MetaM Json
  | [], acc => return .arr acc
  | v :: vs, acc => do viewsJson vs (acc.push (← v.toJson))

partial def viewsOf : List MVarId → Nat → MetaM (List (Nat × GoalView))
  | [], _ => return []
  | g :: gs, i => do
    let v ← GoalView.of g
    return (i, v) :: (← viewsOf gs (i + 1))

end LeanEnv
