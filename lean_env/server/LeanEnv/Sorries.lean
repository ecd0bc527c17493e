import LeanEnv.TacticRecords

/-!
# What rests on `sorry` in a text, from its info trees

A `sorry` may come from a macro, from `admit` or `stop`, and a combinator may run one on several goals:
the info trees have them all.  (They also have those of alternatives of `first` that failed.)
-/

open Lean Meta Elab

namespace LeanEnv

/-- What a `sorry` stands for: a goal, a type without a metavariable of its own, or a term of a type
that is to be inferred.  `unknown`: Lean says that a declaration uses `sorry`, and no info tree where. -/
inductive SorryTarget where
  | goal (g : MVarId)
  | type (e : Expr)
  | term (e : Expr)
  | unknown

/-- A `sorry`, where it stands, and Lean's state there. -/
structure SorryRecord where
  start : String.Pos.Raw
  stop : String.Pos.Raw
  saved : ElabState
  target : SorryTarget

/-- Those of tactics and those of terms, each in the order of the trees. -/
structure SorryInfos where
  tactics : List (TacticInfo × Option ContextInfo) := []
  terms : List (TermInfo × Option ContextInfo) := []

def isSorryInfo (info : TacticInfo) : Bool :=
  match info.goalsBefore with
  | [] => false
  | _ => info.stx.isOfKind `Lean.Parser.Tactic.tacticSorry
      || info.stx.isOfKind `Lean.Parser.Tactic.tacticAdmit

/-- `sorry` as it is written. -/
def isSorryTerm (info : TermInfo) : Bool :=
  info.stx.isOfKind `Lean.Parser.Term.sorry || info.stx.isOfKind captureTermKind

/-- The axiom behind `sorry`, maybe applied: `@sorryAx α false`, as `admit` has it.  The `sorry`s with
which Lean stands in for an error (`sorryAx α true`) are none. -/
def isSorryAx : Expr → Bool
  | .app (.app (.const f _) _) (.const b _) => f == ``sorryAx && b == ``Bool.false
  | .app f _ => isSorryAx f
  | _ => false

def sameLength : List α → List α → Bool
  | [], [] => true
  | _ :: as, _ :: bs => sameLength as bs
  | _, _ => false

mutual
/-- The `sorry`s of a tree, before those of `acc`. -/
partial def sorryInfos (ctx? : Option ContextInfo) (tree : InfoTree) (acc : SorryInfos) : SorryInfos :=
  match tree with
  | .context i t => sorryInfos (i.mergeIntoOuter? ctx?) t acc
  | .node (.ofTacticInfo info) ts =>
    if isSorryInfo info then { acc with tactics := (info, ctx?) :: acc.tactics }
    else sorryInfosOf ctx? (elems ts) acc
  | .node (.ofTermInfo info) ts =>
    if isSorryTerm info then { acc with terms := (info, ctx?) :: acc.terms }
    else
      let inner := sorryInfosOf ctx? (elems ts) acc
      if isSorryAx info.expr && sameLength inner.terms acc.terms then
        { inner with terms := (info, ctx?) :: inner.terms }
      else inner
  | .node _ ts => sorryInfosOf ctx? (elems ts) acc
  | .hole _ => acc
partial def sorryInfosOf (ctx? : Option ContextInfo) (trees : List InfoTree) (acc : SorryInfos) :
    SorryInfos :=
  match trees with
  | [] => acc
  | t :: ts => sorryInfos ctx? t (sorryInfosOf ctx? ts acc)
end

/-- What was captured at the goal `g`. -/
def capturedGoal (g : MVarId) : List CapturedSorry → Option CapturedSorry
  | [] => none
  | c :: cs =>
    match c.goals with
    | h :: _ => if h == g then some c else capturedGoal g cs
    | [] => capturedGoal g cs

/-- What was captured last at the place `start`; `captured` comes last first. -/
def capturedFrom (start : String.Pos.Raw) : List CapturedSorry → Option CapturedSorry
  | [] => none
  | c :: cs => if c.start.byteIdx == start.byteIdx then some c else capturedFrom start cs

/-- The state of `saved`, in the context of an info where there is one. -/
def stateAt (saved : ElabState) (ctx? : Option ContextInfo) : ElabState :=
  match ctx? with
  | some ctx => { ElabState.inContext saved.core.env ctx with meta' := { mctx := ctx.mctx } }
  | none => saved

def SorryRecord.ofTactic (saved : ElabState) (captured : List CapturedSorry) (info : TacticInfo)
    (ctx? : Option ContextInfo) (g : MVarId) : SorryRecord :=
  let start := info.stx.getPos?.getD 0
  let saved := match capturedGoal g captured with
    | some c => c.saved
    | none => { stateAt saved ctx? with meta' := { mctx := info.mctxBefore } }
  { start, stop := info.stx.getTailPos?.getD start, saved, target := .goal g }

def SorryRecord.ofTerm (saved : ElabState) (captured : List CapturedSorry) (info : TermInfo)
    (ctx? : Option ContextInfo) : SorryRecord :=
  let start := info.stx.getPos?.getD 0
  let stop := info.stx.getTailPos?.getD start
  match capturedFrom start captured with
  | some { saved, goals := g :: _, .. } => { start, stop, saved, target := .goal g }
  | _ =>
    let saved := { stateAt saved ctx? with metaCtx := { lctx := info.lctx } }
    let target := match info.expectedType? with
      | some type => SorryTarget.type type
      | none => .term info.expr
    { start, stop, saved, target }

def recordTactics (saved : ElabState) (captured : List CapturedSorry) :
    List (TacticInfo × Option ContextInfo) → List SorryRecord → List SorryRecord
  | [], acc => acc
  | (info, ctx?) :: rest, acc =>
    let acc := recordTactics saved captured rest acc
    match info.goalsBefore with
    | g :: _ => SorryRecord.ofTactic saved captured info ctx? g :: acc
    | [] => acc

def recordTerms (saved : ElabState) (captured : List CapturedSorry) :
    List (TermInfo × Option ContextInfo) → List SorryRecord
  | [] => []
  | (info, ctx?) :: rest =>
    SorryRecord.ofTerm saved captured info ctx? :: recordTerms saved captured rest

/-- The `sorry`s that `infos` tells of, as Lean's community REPL orders them: those of tactics first.
`captured` (last first) has better states for those that were captured. -/
def sorryRecords (saved : ElabState) (infos : InfoState) (captured : List CapturedSorry) :
    List SorryRecord :=
  let found := sorryInfosOf none (substituted infos (elems infos.trees)) {}
  recordTactics saved captured found.tactics (recordTerms saved captured found.terms)

/-- The metavariable that a `sorry` stands for, if that is known. -/
def SorryTarget.mvar : SorryTarget → MetaM (List MVarId)
  | .goal g => return [g]
  | .type e => return [(← mkFreshExprMVar (some e) .syntheticOpaque).mvarId!]
  | .term e => return [(← mkFreshExprMVar (some (← inferType e)) .syntheticOpaque).mvarId!]
  | .unknown => return []

/-- The places at which Lean says that a declaration uses `sorry`, for a command of which the info trees
say nothing: a tactic written in Lean may make one by itself. -/
def unknownSorries (saved : ElabState) (map : FileMap) : List Message → IO (List SorryRecord)
  | [] => return []
  | m :: ms => do
    let rest ← unknownSorries saved map ms
    if (← m.data.toString).startsWith "declaration uses" then
      let start := map.ofPosition m.pos
      let stop := match m.endPos with
        | some pos => map.ofPosition pos
        | none => start
      return { start, stop, saved, target := .unknown } :: rest
    else return rest

end LeanEnv
