import LeanEnv.Tactic
import Lean.Elab.Command
import Lean.Parser.Module
import Lean.Elab.Import

/-!
# Files, headers and statements

Commands are parsed and elaborated one after the other with Lean's own parser and elaborator.
-/

open Lean Meta Elab

namespace LeanEnv

def scopeOf (s : Command.State) : Command.Scope :=
  match s.scopes with
  | scope :: _ => scope
  | [] => { header := "" }

/-- Embedded Lean carries its library without proofs and without the code of parts of it: there a
theorem looks like an axiom. -/
def isEmbedded (env : Environment) : Bool :=
  match env.find? ``Nat.add_comm with
  | some (.axiomInfo _) => true
  | _ => false

def parserContext (s : Command.State) : Parser.ParserModuleContext :=
  let scope := scopeOf s
  { env := s.env, options := scope.opts, currNamespace := scope.currNamespace,
    openDecls := scope.openDecls }

/-- Elaborate one command. -/
def elabCommand (signals : Signals) (ictx : Parser.InputContext) (pos : String.Pos.Raw) (stx : Syntax)
    (s : Command.State) : IO Command.State := do
  let ctx : Command.Context := {
    fileName := ictx.fileName, fileMap := ictx.fileMap, cmdPos := pos, snap? := none,
    cancelTk? := some signals.cancelTk }
  let ref ← IO.mkRef s
  match ← EIO.toBaseIO (Command.elabCommandTopLevel stx ctx ref) with
  | .ok () => ref.get
  | .error e =>
    let s ← ref.get
    let msg : Message := { fileName := ictx.fileName, pos := ictx.fileMap.toPosition pos,
                           data := e.toMessageData }
    return { s with messages := s.messages.add msg }

/-- A point between two commands. -/
structure Point where
  pos : Parser.ModuleParserState
  cmd : Command.State

/-- A command, as it was parsed, between two points. -/
structure CommandStep where
  stx : Syntax
  before : Point
  after : Command.State

/-- The first error of a command state, as a failure of the given kind. -/
def firstFailure (kind : String) (s : Command.State) : IO (Option RequestError) := do
  match ← firstError (elems s.messages.unreported) with
  | some (message, pos) => return some { kind, message, line := pos.line, column := pos.column + 1 }
  | none => return none

/-! ## Examples

Lean checks an `example` and forgets it.  Where it is to be looked at afterwards it is elaborated as a
theorem with a name that tells which example of its text it is. -/

/-- The name of the example that is number `n` of its text, from 1. -/
def numberedExample (n : Nat) : String := s!"_example_{n}"

def pushAll : List Syntax → Array Syntax → Array Syntax
  | [], acc => acc
  | s :: ss, acc => pushAll ss (acc.push s)

/-- An `example` of a stated type as the theorem `name`; none for other commands. -/
partial def exampleAsTheorem (name : String) (stx : Syntax) : Option Syntax :=
  match stx with
  | .node info kind args =>
    if kind == `Lean.Parser.Command.«example» then asTheorem info args.toList
    else if kind == `Lean.Parser.Command.declaration || kind == `Lean.Parser.Command.«in» then
      match inArgs args.toList with
      | some args => some (.node info kind (pushAll args #[]))
      | none => none
    else none
  | _ => none
where
  inArgs : List Syntax → Option (List Syntax)
    | [] => none
    | s :: ss =>
      match exampleAsTheorem name s with
      | some s => some (s :: ss)
      | none =>
        match inArgs ss with
        | some ss => some (s :: ss)
        | none => none
  asTheorem (info : SourceInfo) : List Syntax → Option Syntax
    | [.atom place _, .node _ _ sig, value] =>
      match sig.toList with
      | [binders, .node _ _ type] =>
        match type.toList with
        | [type] =>
          let text : Substring.Raw := { str := name, startPos := 0, stopPos := ⟨name.utf8ByteSize⟩ }
          let id := Syntax.node place `Lean.Parser.Command.declId
            #[.ident place text (.str .anonymous name) [], .node .none nullKind #[]]
          let sig := Syntax.node info `Lean.Parser.Command.declSig #[binders, type]
          some (.node info `Lean.Parser.Command.«theorem» #[.atom place "theorem ", id, sig, value])
        | _ => none
      | _ => none
    | _ => none

/-- Elaborate a command; an example as the theorem `name`, where it is given and Lean takes it for one.
The command that was elaborated comes with it. -/
def elabNamed (signals : Signals) (ictx : Parser.InputContext) (pos : String.Pos.Raw) (stx : Syntax)
    (s : Command.State) (name? : Option String) : IO (Syntax × Command.State) := do
  if let some name := name? then
    if let some named := exampleAsTheorem name stx then
      let after ← elabCommand signals ictx pos named s
      if (← firstFailure "" after).isNone then return (named, after)
  return (stx, ← elabCommand signals ictx pos stx s)

/-- Elaborate from a point to the end of the text or to the first error, which is of the given kind.
The steps come last first.  `examples?` is how many examples came before; with it they get names. -/
partial def elabCommands (signals : Signals) (kind : String) (ictx : Parser.InputContext) (at' : Point)
    (steps : List CommandStep) (examples? : Option Nat := none) :
    IO (Except RequestError (Command.State × List CommandStep)) := do
  let (stx, pos, messages) := Parser.parseCommand ictx (parserContext at'.cmd) at'.pos {}
  let cmd := { at'.cmd with messages }
  if let some failure ← firstFailure kind cmd then return .error failure
  if Parser.isTerminalCommand stx then return .ok (cmd, steps)
  let examples? := match examples?, exampleAsTheorem "" stx with
    | some n, some _ => some (n + 1)
    | examples?, _ => examples?
  let (stx, after) ← elabNamed signals ictx at'.pos.pos stx cmd (examples?.map numberedExample)
  if let some failure ← firstFailure kind after then return .error failure
  elabCommands signals kind ictx { pos, cmd := after } ({ stx, before := at', after } :: steps) examples?

/-! ## Headers -/

/-- What stands before a statement, elaborated.  A longer header that begins with the same text goes
on from `resume?`, the point before the last command: what follows it may still belong to it. -/
structure Header where
  source : String
  /-- None when there is no command. -/
  resume? : Option Point
  cmd : Command.State
  /-- It comes of this source without an error, and stands for it. -/
  sound : Bool := true
  /-- Its examples are theorems with names. -/
  examples : Bool := false

def Header.salt (h : Header) : UInt64 := hash h.source

/-- Where to go on elaborating `source`, from the opened header that is its longest beginning. -/
def resumePoint (source : String) : List Header → Nat → Option Point → Option Point
  | [], _, best => best
  | h :: hs, length, best =>
    let n := h.source.utf8ByteSize
    if h.resume?.isSome && !h.examples && n ≥ length && source.startsWith h.source then
      resumePoint source hs n h.resume?
    else resumePoint source hs length best

partial def missingModules (env : Environment) : List Import → List String
  | [] => []
  | i :: is =>
    let rest := missingModules env is
    if (env.getModuleIdx? i.module).isSome then rest else i.module.toString :: rest

partial def moduleNames : List Import → List String
  | [] => []
  | i :: is => i.module.toString :: moduleNames is

/-- The point after the imports of a text. -/
def afterImports (base : Command.State) (ictx : Parser.InputContext) : IO (Except RequestError Point) := do
  let (stx, pos, messages) ← Parser.parseHeader ictx
  let imports := (HeaderSyntax.imports stx).toList
  let cmd := { base with messages }
  if let some failure ← firstFailure "header" cmd then return .error failure
  match missingModules base.env imports with
  | [] => return .ok { pos, cmd }
  | missing =>
    let message := s!"this process lacks {", ".intercalate missing}"
    return .error { kind := "imports", message, imports := moduleNames imports }

/-- Elaborate a header over the imported modules, whose state is `base`.  With `examples` its examples
are theorems with names. -/
def Header.elab (signals : Signals) (base : Command.State) (known : List Header) (source : String)
    (examples : Bool := false) : IO (Except RequestError (Header × List CommandStep)) := do
  let ictx := inputContext source "<header>"
  let point ← match if examples then none else resumePoint source known 0 none with
    | some point => pure (.ok point)
    | none => afterImports base ictx
  match point with
  | .error failure => return .error failure
  | .ok point =>
    match ← elabCommands signals "header" ictx point [] (if examples then some 0 else none) with
    | .error failure => return .error failure
    | .ok (cmd, steps) =>
      let resume? := match steps with
        | step :: _ => some step.before
        | [] => none
      return .ok ({ source, resume?, cmd, examples }, steps)

/-! ## Places in a text -/

def substring (s : String) (start stop : Nat) : String :=
  Substring.Raw.toString { str := s, startPos := ⟨start⟩, stopPos := ⟨stop⟩ }

/-- A position of a text, and how many code points stand before it. -/
structure Place where
  pos : String.Pos.Raw := 0
  codePoints : Nat := 0

/-- The place of a position that does not come before `p`: only what lies between is counted. -/
def Place.advance (p : Place) (s : String) (pos : String.Pos.Raw) : Place :=
  { pos, codePoints := p.codePoints + (substring s p.pos.byteIdx pos.byteIdx).length }

end LeanEnv
