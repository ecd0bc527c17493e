import LeanEnv.Start

/-!
# The tactics of a text, from its info trees

Lean's info trees tell what it knew before each tactic.
-/

open Lean Meta Elab

namespace LeanEnv

/-- A tactic of a text, what Lean knew before it, and the constants that it put into the proof. -/
structure TacticRecord where
  start : String.Pos.Raw
  stop : String.Pos.Raw
  saved : ElabState
  goals : List MVarId
  constants : List Name

/-- What holds tactics together and does nothing of its own. -/
def isStructure (kind : SyntaxNodeKind) : Bool :=
  ListLite.any (fun k => k == kind)
    [nullKind, `Lean.cdot, `Lean.cdotTk, ``Lean.Parser.Term.byTactic, ``Lean.Parser.Tactic.tacticSeq,
     ``Lean.Parser.Tactic.tacticSeq1Indented, ``Lean.Parser.Tactic.paren,
     `Lean.Parser.Tactic.«tactic_<;>_», captureKind]

/-- Is it a tactic that somebody wrote, not one that a macro became? -/
def isWritten (stx : Syntax) : Bool :=
  match stx, stx.getHeadInfo with
  | .node _ kind _, .original .. => !isStructure kind
  | _, _ => false

mutual
partial def tacticInfos (ctx? : Option ContextInfo) (tree : InfoTree)
    (acc : List (TacticInfo × ContextInfo)) : List (TacticInfo × ContextInfo) :=
  match tree with
  | .context i t => tacticInfos (i.mergeIntoOuter? ctx?) t acc
  | .node (.ofTacticInfo info) ts =>
    let acc := tacticInfosOf ctx? (elems ts) acc
    match ctx? with
    | some ctx => if isWritten info.stx then (info, ctx) :: acc else acc
    | none => acc
  | .node _ ts => tacticInfosOf ctx? (elems ts) acc
  | .hole _ => acc
/-- In front of `acc`, in the order of the text. -/
partial def tacticInfosOf (ctx? : Option ContextInfo) (trees : List InfoTree)
    (acc : List (TacticInfo × ContextInfo)) : List (TacticInfo × ContextInfo) :=
  match trees with
  | [] => acc
  | t :: ts => tacticInfos ctx? t (tacticInfosOf ctx? ts acc)
end

/-- Put a name into a list in the order of name sets, in which the community's REPL lists constants. -/
def addNameSorted (n : Name) : List Name → List Name
  | [] => [n]
  | m :: ms =>
    match Name.quickCmp n m with
    | .lt => n :: m :: ms
    | .eq => m :: ms
    | .gt => m :: addNameSorted n ms

def addNamesSorted : List Name → List Name → List Name
  | [], acc => acc
  | n :: ns, acc => addNamesSorted ns (addNameSorted n acc)

@[noinline] def mvarsOf (e : Expr) : List MVarId := (e.collectMVars {}).result.toList

/-- The constants in what goals were assigned, and in what was assigned to the metavariables in that:
a tactic may close a goal step by step. -/
partial def assignedConstants (mctx : MetavarContext) : List MVarId → MVarIdSet → List Name → List Name
  | [], _, acc => acc
  | g :: gs, seen, acc =>
    if seen.contains g then assignedConstants mctx gs seen acc
    else match mctx.getExprAssignmentCore? g with
      | some e =>
        assignedConstants mctx (ListLite.append (mvarsOf e) gs) (seen.insert g)
          (addNamesSorted e.getUsedConstants.toList acc)
      | none => assignedConstants mctx gs seen acc

/-- Where an info tree's context stands; its metavariables are for the caller to set. -/
def ElabState.inContext (env : Environment) (ctx : ContextInfo) : ElabState where
  coreCtx := { fileName := "<text>", fileMap := ctx.fileMap, options := ctx.options,
               currNamespace := ctx.currNamespace, openDecls := ctx.openDecls }
  metaCtx := {}
  termCtx := { declName? := ctx.parentDecl? }
  core := { env, ngen := ctx.ngen }
  meta' := {}
  term := {}

/-- `env` is that before the command: in the tree's own the theorem may be there already. -/
def TacticRecord.of (env : Environment) (info : TacticInfo) (ctx : ContextInfo) : TacticRecord :=
  let start := info.stx.getPos?.getD 0
  { start
    stop := info.stx.getTailPos?.getD start
    goals := info.goalsBefore
    constants := assignedConstants info.mctxAfter info.goalsBefore {} []
    saved := { ElabState.inContext env ctx with meta' := { mctx := info.mctxBefore } } }

def tacticRecordsOf (env : Environment) : List (TacticInfo × ContextInfo) → List TacticRecord
  | [] => []
  | (info, ctx) :: rest => TacticRecord.of env info ctx :: tacticRecordsOf env rest

def substituted (infos : InfoState) : List InfoTree → List InfoTree
  | [] => []
  | t :: ts => t.substitute infos.assignment :: substituted infos ts

/-- The tactics of the command that `infos` tells of. -/
def tacticRecords (env : Environment) (infos : InfoState) : List TacticRecord :=
  tacticRecordsOf env (tacticInfosOf none (substituted infos (elems infos.trees)) [])

end LeanEnv
