import LeanEnv.SorryCapture

/-!
# From a declaration to its first proof state

The declaration is elaborated by Lean as it stands, with `sorry` for its proof; the goal is what Lean
knew at that `sorry`.
-/

open Lean Meta Elab

namespace LeanEnv

/-- A declaration with exactly one `sorry`, which is a tactic. -/
structure Statement where
  source : String
  stx : Syntax
  hole : SorryOccurrence

/-- Parse one command that fills the whole text; otherwise where and why it does not. -/
def parseOne (s : Command.State) (text : String) : IO (Except (String × Position) Syntax) := do
  let ictx := inputContext text "<statement>"
  let (stx, pos, messages) := Parser.parseCommand ictx (parserContext s) {} {}
  if let some e ← firstError (elems messages.unreported) then return .error e
  if Parser.isTerminalCommand stx then return .error ("a declaration is expected", ⟨1, 0⟩)
  let (next, _, _) := Parser.parseCommand ictx (parserContext s) pos {}
  if Parser.isTerminalCommand next then return .ok stx
  return .error ("one declaration is expected, not several", ictx.fileMap.toPosition pos.pos)

def statementError (message : String) (pos : Position := ⟨0, 0⟩) : RequestError :=
  { kind := "statement", message, line := pos.line, column := if pos.line == 0 then 0 else pos.column + 1 }

def later (a b : String × Position) : String × Position :=
  if a.2.line < b.2.line || (a.2.line == b.2.line && a.2.column < b.2.column) then b else a

/-- Among ways to complete a statement, the first that parses; else the error that came furthest. -/
def firstParsed (s : Command.State) : List String → String × Position → IO (Except (String × Position) (String × Syntax))
  | [], furthest => return .error furthest
  | text :: texts, furthest => do
    match ← parseOne s text with
    | .ok stx => return .ok (text, stx)
    | .error e => firstParsed s texts (later furthest e)

/-- `lemma` is Mathlib's word; where it is not known it means `theorem`. -/
def withoutLemma (text : String) : String :=
  match text.splitOn "lemma " with
  | before :: rest@(_ :: _) => before ++ "theorem " ++ "lemma ".intercalate rest
  | _ => text

def dropSpaces : List Char → List Char
  | c :: cs => if c.isWhitespace then dropSpaces cs else c :: cs
  | [] => []

/-- Ways to complete a statement.  The last is for one that ends in a comment. -/
def completions (text : String) : List String :=
  let text := String.ofList (ListLite.reverse (dropSpaces (ListLite.reverse text.toList)))
  [text, text ++ "\n  sorry", text ++ "\n  by sorry", text ++ " := by\n  sorry",
   text ++ "\n  := by sorry"]

/-- Do these characters, from the end of a text backward, end it with `:=`? -/
def endsInAssign : List Char → Bool
  | '=' :: ':' :: _ => true
  | c :: cs => c.isWhitespace && endsInAssign cs
  | [] => false

/-- Put `by sorry` where a term `sorry` stands. -/
def sorryAsTactic (text : String) (hole : SorryOccurrence) : String :=
  let before := substring text 0 hole.start.byteIdx
  let after := substring text hole.stop.byteIdx text.utf8ByteSize
  let body := if endsInAssign (ListLite.reverse before.toList) then "by sorry" else "(by sorry)"
  before ++ body ++ after

/-- Read a statement, with or without its (missing) proof. -/
def Statement.parse (s : Command.State) (text : String) : IO (Except RequestError Statement) := do
  unless ListLite.any (fun c => !c.isWhitespace) text.toList do
    return .error (statementError "a declaration is expected, and the text is empty")
  let other := withoutLemma text
  let texts := completions text
  let texts := if other == text then texts else ListLite.append texts (completions other)
  match ← firstParsed s texts ("", ⟨0, 0⟩) with
  | .error (message, pos) => return .error (statementError message pos)
  | .ok (source, stx) =>
    match sorryOccurrences stx [] with
    | [] => return .error (statementError "there is nothing to prove: the declaration has no `sorry`")
    | [hole] =>
      if !hole.isTerm then return .ok { source, stx, hole }
      let source := sorryAsTactic source hole
      match ← parseOne s source with
      | .error (message, pos) => return .error (statementError message pos)
      | .ok stx =>
        match sorryOccurrences stx [] with
        | [hole] => return .ok { source, stx, hole }
        | _ => return .error (statementError "the `sorry` of the declaration cannot be a proof")
    | _ => return .error (statementError "the declaration has more than one `sorry`")

partial def allProps : List GoalView → MetaM Bool
  | [] => return true
  | v :: vs => do
    if ← withLocal v.lctx v.insts (isProposition v.target) then allProps vs else return false

structure Started where
  name : Name
  statement : Statement
  state : State
  goals : Json

partial def withoutAuxDecls : List (Option LocalDecl) → LocalContext → LocalContext
  | [], lctx => lctx
  | some d :: ds, lctx => withoutAuxDecls ds (if d.isAuxDecl then lctx else lctx.addDecl d)
  | none :: ds, lctx => withoutAuxDecls ds lctx

/-- The goals again, where the theorem cannot be named.  Lean lets a proof call on itself and looks
only at its end whether that is well-founded; a search would find such "proofs" everywhere. -/
partial def withoutRecursion : List MVarId → MetaM (List MVarId)
  | [] => return []
  | g :: gs => do
    let decl ← g.getDecl
    let lctx := withoutAuxDecls (elems decl.lctx.decls) {}
    let new ← mkFreshExprMVarAt lctx decl.localInstances decl.type .syntheticOpaque decl.userName
    let _ ← g.checkedAssign new  -- other goals may mention it
    return new.mvarId! :: (← withoutRecursion gs)

/-- Goals that are to be proved together, as they are printed and known; `isProps` says whether all are
propositions. -/
structure FirstState where
  goals : List MVarId
  json : Json
  key : String
  isProps : Bool

def firstState (salt : UInt64) (goals : List MVarId) : TermElabM FirstState := do
  let goals ← withoutRecursion goals
  let views := ListLite.map (fun m => m.2) (← viewsOf goals 0)
  return { goals, json := ← viewsJson views #[], key := ← stateKey salt views, isProps := ← allProps views }

/-- Elaborate a declaration until its `sorry`. -/
def Header.capture (signals : Signals) (ref : CaptureRef) (h : Header) (d : Statement) :
    IO (Except RequestError CapturedSorry) := do
  ref.set { goOn := false }
  let cmd := { h.cmd with messages := {} }
  let after ← elabCommand signals (inputContext d.source "<statement>") 0 (captureSorry d.stx) cmd
  let capturing ← ref.get
  ref.set { goOn := false }
  match capturing.found with
  | [] => do
    if let some failure ← firstFailure "statement" after then return .error failure
    return .error (statementError "Lean did not come to the `sorry` of the declaration")
  | captured :: _ => do
    let before := { after with messages := captured.saved.core.messages }
    if let some failure ← firstFailure "statement" before then return .error failure
    return .ok { captured with saved := captured.saved.clean }

/-- Elaborate a declaration under a header and stop at its `sorry`. -/
def Header.start (signals : Signals) (ref : CaptureRef) (h : Header) (statement : String)
    (limit? : Option Nat := none) (together : Bool := false) : IO (Except RequestError Started) := do
  match ← Statement.parse h.cmd statement with
  | .error failure => return .error failure
  | .ok statement =>
    match ← h.capture signals ref statement with
    | .error failure => return .error failure
    | .ok { saved, goals, .. } =>
      match ← runTerm signals {} saved (firstState h.salt goals) with
      | .error e => return .error (statementError (← e.toMessageData.toString))
      | .ok (first, saved) =>
        if !first.isProps then return .error (statementError "the statement is not a proposition")
        let name := saved.termCtx.declName?.getD .anonymous
        let state := { saved, goals := first.goals, key := first.key, salt := h.salt, limit?, together }
        return .ok { name, statement, goals := first.json, state }

end LeanEnv
