import LeanEnv.SorryCapture
import LeanEnv.Theorems

/-!
# From a declaration to its first proof state

The declaration is elaborated by Lean as it stands, with `sorry` for its proof; the goal is what Lean
knew at that `sorry`.
-/

open Lean Meta Elab

namespace LeanEnv

/-- A declaration, and the one of its `sorry`s that is to be proved, which is a tactic. -/
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

def nthSorry : List SorryOccurrence → Nat → Option SorryOccurrence
  | [], _ => none
  | hole :: _, 0 => some hole
  | _ :: holes, n + 1 => nthSorry holes n

/-- The only one of `found`, or that of the given number. -/
def chooseSorry (number? : Option Nat) (found : List SorryOccurrence) :
    Except RequestError SorryOccurrence := do
  let hole ← match number?, found with
    | _, [] => throw (statementError "there is nothing to prove: the declaration has no `sorry`")
    | none, [hole] => pure hole
    | none, _ => throw (statementError "the declaration has more than one `sorry`")
    | some n, _ =>
      match nthSorry found n with
      | some hole => pure hole
      | none => throw (statementError s!"the declaration has no `sorry` number {n + 1}")
  if hole.isStop then
    throw (statementError "`stop` keeps Lean from the rest of the proof: write `sorry` in its place")
  return hole

/-- Read a statement, with or without its (missing) proof.  `number?` is as in `chooseSorry`. -/
def Statement.parse (s : Command.State) (text : String) (number? : Option Nat) :
    IO (Except RequestError Statement) := do
  unless ListLite.any (fun c => !c.isWhitespace) text.toList do
    return .error (statementError "a declaration is expected, and the text is empty")
  let other := withoutLemma text
  let texts := completions text
  let texts := if other == text then texts else ListLite.append texts (completions other)
  match ← firstParsed s texts ("", ⟨0, 0⟩) with
  | .error (message, pos) => return .error (statementError message pos)
  | .ok (source, stx) =>
    match chooseSorry number? (sorryOccurrences stx []) with
    | .error failure => return .error failure
    | .ok hole =>
      if !hole.isTerm then return .ok { source, stx, hole }
      let source := sorryAsTactic source hole
      match ← parseOne s source with
      | .error (message, pos) => return .error (statementError message pos)
      | .ok stx =>
        match chooseSorry number? (sorryOccurrences stx []) with
        | .error failure => return .error failure
        | .ok hole =>
          if hole.isTerm then
            return .error (statementError "the `sorry` of the declaration cannot be a proof")
          return .ok { source, stx, hole }

partial def allProps : List GoalView → MetaM Bool
  | [] => return true
  | v :: vs => do
    if ← withLocal v.lctx v.insts (isProposition v.target) then allProps vs else return false

structure Started where
  name : Name
  statement : Statement
  state : State
  goals : Json
  autoBound : List Name

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

/-- Those at `start` that had a goal to close. -/
def capturedAt (start : String.Pos.Raw) : List CapturedSorry → List CapturedSorry
  | [] => []
  | c :: cs =>
    match c.goals with
    | [] => capturedAt start cs
    | goal :: _ =>
      if c.start == start then { c with goals := [goal] } :: capturedAt start cs
      else capturedAt start cs

/-- Does the `sorry`, whenever it was run, have the same goal? -/
def sameGoal (signals : Signals) (key : String) : List CapturedSorry → IO Bool
  | [] => return true
  | c :: cs => do
    match ← runTerm signals {} c.saved.clean (firstState 0 c.goals) with
    | .ok (first, _) => if first.key == key then sameGoal signals key cs else return false
    | .error _ => sameGoal signals key cs

/-- Elaborate a declaration to its end, with what Lean knew at the `sorry` that is to be proved.  That
`sorry` closes its first goal only. -/
def Header.capture (signals : Signals) (ref : CaptureRef) (h : Header) (d : Statement) :
    IO (Except RequestError (CapturedSorry × Command.State)) := do
  ref.set { goOn := true }
  let cmd := { h.cmd with messages := {} }
  let after ← elabCommand signals (inputContext d.source "<statement>") 0 (captureSorry d.stx) cmd
  let capturing ← ref.get
  ref.set { goOn := false }
  if let some failure ← firstFailure "statement" after then return .error failure
  match capturedAt d.hole.start capturing.found with
  | [] => return .error (statementError "Lean did not come to the `sorry` of the declaration")
  | captured :: others => do
    let captured := { captured with saved := captured.saved.clean }
    match others, ← runTerm signals {} captured.saved (firstState 0 captured.goals) with
    | _ :: _, .ok (first, _) =>
      unless ← sameGoal signals first.key others do
        return .error (statementError
          "the `sorry` is run on several goals: write one for each of them")
    | _, _ => pure ()
    return .ok (captured, after)

/-- The variables and universes that a syntax tree binds in brackets or after a declaration's name,
before those in `acc`. -/
partial def boundIds (stx : Syntax) (acc : List Name) : List Name :=
  match stx with
  | .node _ kind args =>
    let acc := inArgs args.toList acc
    let binds := memName kind [`Lean.Parser.Term.explicitBinder, `Lean.Parser.Term.implicitBinder,
      `Lean.Parser.Term.strictImplicitBinder, `Lean.Parser.Term.instBinder,
      `Lean.Parser.Command.declId]
    match binds, args.toList with
    | true, _ :: names :: _ => idents [names] acc
    | _, _ => acc
  | _ => acc
where
  inArgs : List Syntax → List Name → List Name
    | [], acc => acc
    | s :: ss, acc => boundIds s (inArgs ss acc)
  idents : List Syntax → List Name → List Name
    | [], acc => acc
    | .ident _ _ n _ :: ss, acc => n :: idents ss acc
    | .node _ kind args :: ss, acc =>
      idents ss (if kind == nullKind then idents args.toList acc else acc)
    | _ :: ss, acc => idents ss acc

def boundByAll : List Syntax → List Name
  | [] => []
  | s :: ss => boundIds s (boundByAll ss)

/-- The implicit variables in front of a local context that no binder names. -/
def unboundVariables (bound : List Name) : List (Option LocalDecl) → List Name
  | [] => []
  | none :: ds => unboundVariables bound ds
  | some d :: ds =>
    if d.isAuxDecl || memName d.userName bound then unboundVariables bound ds
    else if d.binderInfo == .implicit && !d.userName.hasMacroScopes then
      d.userName :: unboundVariables bound ds
    else unboundVariables bound ds

def unboundLevels (bound : List Name) : List Name → List Name
  | [] => []
  | n :: ns =>
    if memName n bound || n.toString.startsWith "u_" then unboundLevels bound ns
    else n :: unboundLevels bound ns

def syntaxOf : List (TSyntax ks) → List Syntax
  | [] => []
  | s :: ss => s.raw :: syntaxOf ss

/-- The names in a statement that Lean took for variables of their own, for nothing declares them. -/
def autoBound (cmd : Command.State) (stx : Syntax) (captured : CapturedSorry) : List Name :=
  let scope := scopeOf cmd
  let bound := boundByAll (stx :: syntaxOf scope.varDecls.toList)
  let levels := unboundLevels (ListLite.append scope.levelNames bound) captured.saved.term.levelNames
  let decls := match captured.goals with
    | goal :: _ =>
      match captured.saved.meta'.mctx.findDecl? goal with
      | some decl => elems decl.lctx.decls
      | none => []
    | [] => []
  ListLite.append (unboundVariables bound decls) (ListLite.reverse levels)

/-- Is what was declared as `name` a theorem?  Examples, which nobody keeps, count as theorems. -/
def isTheorem (env : Environment) (name : Name) : Bool :=
  match env.find? name with
  | none | some (.thmInfo _) => true
  | some _ => false

/-- Is what was declared as `name` a definition with a value that the kernel knows? -/
def isDefinition (env : Environment) (name : Name) : Bool :=
  match env.find? name with
  | some (.defnInfo _) => true
  | _ => false

/-- What a declaration declares, of which the `sorry` may be in an auxiliary one (`where`, `let rec`). -/
def mainName (before after : Command.State) (stx : Syntax) (auxiliary : Name) : Name :=
  match declaredIds stx [] with
  | [(id, _)] =>
    match newConstant before after (fullNames before id) with
    | some info => info.name
    | none => auxiliary
  | _ => auxiliary

/-- Elaborate a declaration under a header and stop at its `sorry`. -/
def Header.start (signals : Signals) (ref : CaptureRef) (h : Header) (statement : String)
    (limit? : Option Nat := none) (together : Bool := false) (number? : Option Nat := none) :
    IO (Except RequestError Started) := do
  match ← Statement.parse h.cmd statement number? with
  | .error failure => return .error failure
  | .ok statement =>
    match ← h.capture signals ref statement with
    | .error failure => return .error failure
    | .ok (captured, after) =>
      match ← runTerm signals {} captured.saved (firstState h.salt captured.goals) with
      | .error e => return .error (statementError (← e.toMessageData.toString))
      | .ok (first, saved) =>
        let auxiliary := saved.termCtx.declName?.getD .anonymous
        let declared := mainName h.cmd after statement.stx auxiliary
        let isProof := isTheorem after.env declared
        if !first.isProps then
          return .error (statementError (if isProof then "the statement is not a proposition"
            else "the `sorry` is not a proof: its type is not a proposition"))
        if !isProof && !isDefinition after.env declared then
          return .error (statementError
            "the `sorry` is part of a declaration whose value the kernel does not know")
        let name := if (exampleAsTheorem "" statement.stx).isSome then
          .str declared.getPrefix (numberedExample 1) else declared
        let state := { saved, goals := first.goals, key := first.key, salt := h.salt, limit?, together }
        let autoBound := autoBound h.cmd statement.stx captured
        return .ok { name, statement, goals := first.json, state, autoBound }

end LeanEnv
