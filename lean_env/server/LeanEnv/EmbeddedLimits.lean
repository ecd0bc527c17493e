import LeanEnv.Axioms
import LeanEnv.Frontend

/-!
# Commands that embedded Lean cannot carry out

Its library comes without the code of many functions and without proofs.  A command that runs code may
then do nothing, in silence, and `#print axioms` would list theorems of the library.
-/

open Lean Elab

namespace LeanEnv

partial def firstAtom : Syntax → Option String
  | .atom _ text => some text
  | .node _ _ args => inArgs args.toList
  | _ => none
where
  inArgs : List Syntax → Option String
    | [] => none
    | s :: ss =>
      match firstAtom s with
      | some text => some text
      | none => inArgs ss

/-- The keyword of a command that does nothing but run code. -/
def runsCode (stx : Syntax) : Option String :=
  match firstAtom stx with
  | some word =>
    if memString word ["#eval", "#eval!", "#guard", "run_cmd", "run_elab", "run_meta"] then some word
    else none
  | none => none

def messageAt (ictx : Parser.InputContext) (stx : Syntax) (severity : MessageSeverity) (text : String) :
    Message :=
  let start := stx.getPos?.getD 0
  { fileName := ictx.fileName, pos := ictx.fileMap.toPosition start
    endPos := some (ictx.fileMap.toPosition (stx.getTailPos?.getD start))
    severity, data := .ofFormat (.text text) }

/-- Errors that say that there is no code as warnings: nothing is wrong with the text. -/
def softened (word : String) : List Message → IO (List Message)
  | [] => return []
  | m :: ms => do
    let rest ← softened word ms
    let text ← m.data.toString
    match m.severity, text.splitOn "._redArg`" with
    | .error, _ :: _ :: _ =>
      let said := s!"`{word}` was not run: embedded Lean has no compiled code for it ({text})"
      return { m with severity := .warning, data := .ofFormat (.text said) } :: rest
    | _, _ => return m :: rest

/-- What is said of a command that runs code, where Lean itself may say nothing. -/
def codeMessages (ictx : Parser.InputContext) (stx : Syntax) (word : String) :
    List Message → IO (List Message)
  | [] => return [messageAt ictx stx .warning s!"`{word}` gave no output: embedded Lean has compiled \
      code for a part of its library only, and may not have run this"]
  | ms => softened word ms

/-! ## `#print axioms` -/

/-- What `id` means in the namespace `ns` or one around it. -/
def constantIn (env : Environment) (id : Name) : Name → Option Name
  | .str p s =>
    if env.contains (.str p s ++ id) then some (.str p s ++ id) else constantIn env id p
  | _ => if env.contains id then some id else none

def addAlphabetically (n : Name) : List Name → List Name
  | [] => [n]
  | m :: ms =>
    match Name.cmp n m with
    | .gt => m :: addAlphabetically n ms
    | _ => n :: m :: ms

def alphabetically : List Name → List Name
  | [] => []
  | n :: ns => addAlphabetically n (alphabetically ns)

/-- What `#print axioms` says: by the gate's walk over terms, in Lean's words.  None for another command
and for a name that is not found, which are left to Lean. -/
def axiomsMessage (ictx : Parser.InputContext) (s : Command.State) (stx : Syntax) : Option Message :=
  match stx with
  | .node _ `Lean.Parser.Command.printAxioms args =>
    match args.toList with
    | [_, _, .ident _ _ id _] =>
      match constantIn s.env id (scopeOf s).currNamespace with
      | some n =>
        let g := axiomDependencies (TrustedBase.of s.env) s.env.toKernelEnv n
        let names := ", ".intercalate (ListLite.map (fun a => a.toString) (alphabetically g.axioms))
        let said := if names == "" then s!"'{n.toString}' does not depend on any axioms"
          else s!"'{n.toString}' depends on axioms: [{names}]"
        some (messageAt ictx stx .information said)
      | none => none
    | _ => none
  | _ => none

/-- Elaborate a command, and say what embedded Lean could not do. -/
def elabSaying (signals : Signals) (ictx : Parser.InputContext) (pos : String.Pos.Raw) (stx : Syntax)
    (s : Command.State) : IO (Command.State × List Message) := do
  if !isEmbedded s.env then
    let after ← elabCommand signals ictx pos stx s
    return (after, elems after.messages.unreported)
  match axiomsMessage ictx s stx with
  | some message => return (s, [message])
  | none =>
    let after ← elabCommand signals ictx pos stx s
    let messages := elems after.messages.unreported
    match runsCode stx with
    | some word => return (after, ← codeMessages ictx stx word messages)
    | none => return (after, messages)

end LeanEnv
