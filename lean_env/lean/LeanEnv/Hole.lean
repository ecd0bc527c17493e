import LeanEnv.Frontend

/-!
# Holes: the `sorry`s of a declaration

To see what Lean knows at a `sorry`, the `sorry` is replaced in the syntax tree by a tactic of our own,
which takes down the elaborator's contexts and states and gives up.  So a proof starts from exactly
what Lean would give to a tactic there, and before the declaration itself is known to Lean.
-/

open Lean Meta Elab

namespace LeanEnv

/-- A `sorry` in a syntax tree. -/
structure Hole where
  start : String.Pos.Raw
  stop : String.Pos.Raw
  isTerm : Bool

/-- A macro may mention `sorry`: that is no hole. -/
def isQuotation : SyntaxNodeKind → Bool
  | .str _ "quot" | .str _ "dynamicQuot" => true
  | _ => false

partial def holesOf (stx : Syntax) (acc : List Hole) : List Hole :=
  match stx with
  | .node _ kind args =>
    if isQuotation kind then acc
    else if kind == `Lean.Parser.Tactic.tacticSorry || kind == `Lean.Parser.Term.sorry then
      match stx.getPos?, stx.getTailPos? with
      | some start, some stop => { start, stop, isTerm := kind == `Lean.Parser.Term.sorry } :: acc
      | _, _ => acc
    else holesIn args.toList acc
  | _ => acc
where
  holesIn : List Syntax → List Hole → List Hole
    | [], acc => acc
    | s :: ss, acc => holesOf s (holesIn ss acc)

/-- The kind of the tactic that stands in for `sorry`.  It has no notation. -/
def captureKind : SyntaxNodeKind := `LeanEnv.capture

/-- Replace every tactic `sorry` by the capturing tactic. -/
partial def captureSorry (stx : Syntax) : Syntax :=
  match stx with
  | .node info kind args =>
    if kind == `Lean.Parser.Tactic.tacticSorry then .node info captureKind args
    else .node info kind (inArgs args.toList #[])
  | other => other
where
  inArgs : List Syntax → Array Syntax → Array Syntax
    | [], acc => acc
    | s :: ss, acc => inArgs ss (acc.push (captureSorry s))

/-- What the capturing tactic saw. -/
structure Captured where
  saved : Saved
  goals : List MVarId

/-- Where the capturing tactic leaves what it saw. -/
abbrev CaptureRef := IO.Ref (Option Captured)

@[noinline] def capture (ref : CaptureRef) : Tactic.Tactic :=
  fun _ _ tactic termCtx term metaCtx meta' coreCtx core => do
    let saved := {
      coreCtx, metaCtx, termCtx, core := ← core.get, meta' := ← meta'.get, term := ← term.get }
    ref.set (some { saved, goals := (← tactic.get).goals })
    throw (.error .missing (MessageData.ofFormat (.text "captured")))

/-- Make the capturing tactic known.  To be called before modules are imported: environments copy the
table of built-in tactics. -/
def registerCapture (ref : CaptureRef) : IO Unit := do
  let entry : KeyedDeclsAttribute.AttributeEntry Tactic.Tactic :=
    { key := captureKind, declName := `LeanEnv.capture, isBuiltin := true, value := capture ref }
  let attr := Tactic.tacticElabAttribute
  let state := attr.ext.descr.addEntry { table := ← attr.tableRef.get } entry
  attr.tableRef.set state.table

end LeanEnv
