import LeanEnv.Frontend

/-!
# Capturing what Lean knows at each `sorry` of a declaration

To see what Lean knows at a `sorry`, the `sorry` is put in the syntax tree into a tactic of our own,
which takes down the elaborator's contexts and states and gives up.  So a proof starts from exactly
what Lean would give to a tactic there, and before the declaration itself is known to Lean.
-/

open Lean Meta Elab

namespace LeanEnv

/-- A `sorry` in a syntax tree. -/
structure SorryOccurrence where
  start : String.Pos.Raw
  stop : String.Pos.Raw
  isTerm : Bool
  /-- It is `stop`, with the tactics that it keeps Lean from running. -/
  isStop : Bool := false

/-- A macro or a notation may mention `sorry`: that `sorry` does not count. -/
def isQuotation : SyntaxNodeKind → Bool
  | .str _ "quot" | .str _ "dynamicQuot" => true
  | `Lean.Parser.Command.«notation» | `Lean.Parser.Command.mixfix => true
  | _ => false

/-- `sorry` as a tactic, in its three spellings. -/
def isSorryTactic (kind : SyntaxNodeKind) : Bool :=
  kind == `Lean.Parser.Tactic.tacticSorry || kind == `Lean.Parser.Tactic.tacticAdmit
    || kind == `Lean.Parser.Tactic.tacticStop_

partial def sorryOccurrences (stx : Syntax) (acc : List SorryOccurrence) : List SorryOccurrence :=
  match stx with
  | .node _ kind args =>
    if isQuotation kind then acc
    else if isSorryTactic kind || kind == `Lean.Parser.Term.sorry then
      match stx.getPos?, stx.getTailPos? with
      | some start, some stop =>
        { start, stop, isTerm := kind == `Lean.Parser.Term.sorry
          isStop := kind == `Lean.Parser.Tactic.tacticStop_ } :: acc
      | _, _ => acc
    else inArgs args.toList acc
  | _ => acc
where
  inArgs : List Syntax → List SorryOccurrence → List SorryOccurrence
    | [], acc => acc
    | s :: ss, acc => sorryOccurrences s (inArgs ss acc)

/-- The kinds of the tactic and of the term that stand in for `sorry`.  They have no notation. -/
def captureKind : SyntaxNodeKind := `LeanEnv.capture
def captureTermKind : SyntaxNodeKind := `LeanEnv.captureTerm

/-- Put every tactic `sorry` into the capturing tactic, and where `terms` says so every term `sorry`
into the capturing term.  (Linters still see that there is a `sorry`.) -/
partial def captureSorry (stx : Syntax) (terms : Bool := false) : Syntax :=
  match stx with
  | .node info kind args =>
    if isQuotation kind then stx
    else if isSorryTactic kind then .node info captureKind #[stx]
    else if terms && kind == `Lean.Parser.Term.sorry then .node info captureTermKind #[stx]
    else .node info kind (inArgs args.toList #[])
  | other => other
where
  inArgs : List Syntax → Array Syntax → Array Syntax
    | [], acc => acc
    | s :: ss, acc => inArgs ss (acc.push (captureSorry s terms))

/-- What was seen at the `sorry` that stands from `start` to `stop`. -/
structure CapturedSorry where
  start : String.Pos.Raw
  stop : String.Pos.Raw
  saved : ElabState
  goals : List MVarId

/-- What has been captured, the last first; and whether a `sorry`, once captured, is elaborated as what
it is, or ends the elaboration. -/
structure CaptureState where
  goOn : Bool
  found : List CapturedSorry := []

abbrev CaptureRef := IO.Ref CaptureState

def CaptureRef.new : IO CaptureRef := IO.mkRef { goOn := false }

def addCaptured (ref : CaptureRef) (stx : Syntax) (saved : ElabState) (goals : List MVarId) :
    BaseIO Bool := do
  let start := stx.getPos?.getD 0
  let capturing ← ref.get
  ref.set { capturing with
    found := { start, stop := stx.getTailPos?.getD start, saved, goals } :: capturing.found }
  return capturing.goOn

/-- The `sorry` in a capturing tactic or term. -/
def captured : Syntax → Syntax
  | .node _ _ args =>
    match args.toList with
    | stx :: _ => stx
    | [] => .missing
  | other => other

@[noinline] def capture (ref : CaptureRef) : Tactic.Tactic :=
  fun stx ctx tactic termCtx term metaCtx meta' coreCtx core => do
    let saved := {
      coreCtx, metaCtx, termCtx, core := ← core.get, meta' := ← meta'.get, term := ← term.get }
    if ← addCaptured ref stx saved (← tactic.get).goals then  -- it closes the first of them
      Tactic.evalTactic (captured stx) ctx tactic termCtx term metaCtx meta' coreCtx core
    else throw (.error .missing (MessageData.ofFormat (.text "captured")))

/-- As `capture`, with a goal for the type that is expected, if one is. -/
@[noinline] def captureTerm (ref : CaptureRef) : Term.TermElab :=
  fun stx expected? termCtx term metaCtx meta' coreCtx core => do
    if let some type := expected? then
      let goal ← mkFreshExprMVar (some type) .syntheticOpaque .anonymous metaCtx meta' coreCtx core
      let saved := {
        coreCtx, metaCtx, termCtx, core := ← core.get, meta' := ← meta'.get, term := ← term.get }
      let _ ← addCaptured ref stx saved [goal.mvarId!]
    Term.elabTerm (captured stx) expected? true true termCtx term metaCtx meta' coreCtx core

/-- Make the capturing tactic and term known.  To be called before modules are imported: environments
copy the tables of built-in elaborators. -/
def registerCapture (ref : CaptureRef) : IO Unit := do
  let tactic : KeyedDeclsAttribute.AttributeEntry Tactic.Tactic :=
    { key := captureKind, declName := `LeanEnv.capture, isBuiltin := true, value := capture ref }
  let tactics := Tactic.tacticElabAttribute
  tactics.tableRef.set (tactics.ext.descr.addEntry { table := ← tactics.tableRef.get } tactic).table
  let term : KeyedDeclsAttribute.AttributeEntry Term.TermElab :=
    { key := captureTermKind, declName := `LeanEnv.captureTerm, isBuiltin := true,
      value := captureTerm ref }
  let terms := Term.termElabAttribute
  terms.tableRef.set (terms.ext.descr.addEntry { table := ← terms.tableRef.get } term).table

end LeanEnv
